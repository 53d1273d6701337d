import { describe, expect, it } from 'vitest';
import { Bench, task, waitingTask, TokenKeeper, definition } from './bench.ts';

const DAY = 24 * 3600 * 1000;
const PASS = { Done: { Type: 'Pass', End: true } };

describe('startExecution', () => {
  it('answers a repeat for the execution that runs under the name with the same input', async () => {
    const bench = new Bench({ keep: new TokenKeeper().code });
    const stateMachineArn = await bench.machine({ Wait: waitingTask('keep') });
    const request = { stateMachineArn, name: 'one', input: '{"a":1}' };
    const first = await bench.runner.startExecution(request);
    await bench.clock.advance(5000);

    const second = await bench.runner.startExecution(request);

    expect(second).toEqual(first);
    expect((await bench.runner.listExecutions({ stateMachineArn })).executions).toHaveLength(1);
  });

  it('refuses the name of a running execution for another input', async () => {
    const bench = new Bench({ keep: new TokenKeeper().code });
    const stateMachineArn = await bench.machine({ Wait: waitingTask('keep') });
    await bench.runner.startExecution({ stateMachineArn, name: 'one', input: '{"a":1}' });

    const other = bench.runner.startExecution({ stateMachineArn, name: 'one', input: '{"a":2}' });

    await expect(other).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });

  it('keeps the name of a closed execution for 90 days, whatever the input', async () => {
    const bench = new Bench();
    const stateMachineArn = await bench.machine(PASS);
    const request = { stateMachineArn, name: 'one', input: '{}' };
    await bench.runner.startExecution(request);
    await bench.clock.advance(90 * DAY - 1);

    const early = bench.runner.startExecution(request);

    await expect(early).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    await bench.clock.advance(1);
    await expect(bench.runner.startExecution(request)).resolves.toMatchObject({
      startDate: new Date(bench.clock.now()),
    });
  });

  it('lets two machines have executions of one name', async () => {
    const bench = new Bench();
    const [one, two] = [await bench.machine(PASS), await bench.machine(PASS)];
    await bench.runner.startExecution({ stateMachineArn: one, name: 'same', input: '1' });

    const other = await bench.runner.startExecution({ stateMachineArn: two, name: 'same', input: '2' });

    expect(other.executionArn).toContain(':execution:machine-2:same');
  });

  it.each(['', 'x'.repeat(81), 'a b', 'a:b', 'a/b', 'a*', 'a\u0001', '{a}'])('refuses the name %j', async (name) => {
    const bench = new Bench();
    const stateMachineArn = await bench.machine(PASS);

    const start = bench.runner.startExecution({ stateMachineArn, name });

    await expect(start).rejects.toMatchObject({ name: 'InvalidName' });
  });

  it('takes a name of 80 characters', async () => {
    const bench = new Bench();
    const stateMachineArn = await bench.machine(PASS);

    const started = await bench.runner.startExecution({ stateMachineArn, name: 'ä-_.+@='.padEnd(80, 'x') });

    expect((await bench.end(started.executionArn)).status).toBe('SUCCEEDED');
  });

  it('counts the input in bytes of UTF-8: 262,144 pass, one more does not', async () => {
    const bench = new Bench();
    const stateMachineArn = await bench.machine(PASS);
    const full = `"${'ü'.repeat(131_071)}"`;

    const started = await bench.runner.startExecution({ stateMachineArn, input: full });
    const end = await bench.end(started.executionArn);
    const over = bench.runner.startExecution({ stateMachineArn, input: `${full} ` });

    expect(end.status).toBe('SUCCEEDED');
    await expect(over).rejects.toMatchObject({ name: 'InvalidExecutionInput' });
  });

  it('answers before the first state is entered', async () => {
    const bench = new Bench();
    const stateMachineArn = await bench.machine(PASS);

    const started = bench.runner.startExecution({ stateMachineArn });
    const transitions = bench.transitions.length;
    await started;

    expect(transitions).toBe(0);
  });

  it('does not know a machine that was never created', async () => {
    const start = new Bench().runner.startExecution({ stateMachineArn: 'arn:aws:states:::stateMachine:none' });

    await expect(start).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
  });
});

describe('createStateMachine', () => {
  it('answers a repeat, and refuses another definition under the name', async () => {
    const { runner } = new Bench();
    const first = await runner.createStateMachine({ name: 'm', definition: definition(PASS) });

    const again = await runner.createStateMachine({ name: 'm', definition: JSON.stringify(definition(PASS)) });
    const other = runner.createStateMachine({ name: 'm', definition: definition({ Other: { Type: 'Succeed' } }) });

    expect(again).toEqual(first);
    await expect(other).rejects.toMatchObject({ name: 'StateMachineAlreadyExists' });
  });
});

describe.each([
  ['aws-sdk:sfn', 'Sfn'],
  ['states', 'StepFunctions'],
])('a Task that starts an execution through %s', (service, prefix) => {
  const starting = (target: string, input: string): Parameters<Bench['machine']>[0] => ({
    Start: {
      Type: 'Task',
      Resource: `arn:aws:states:::${service}:startExecution`,
      Arguments: { StateMachineArn: target, Name: 'child', Input: input },
      Output: '{% $states.result.ExecutionArn %}',
      Catch: [
        {
          ErrorEquals: [`${prefix}.ExecutionAlreadyExistsException`],
          Output: '{% $states.errorOutput.Error %}',
          Next: 'Known',
        },
      ],
      End: true,
    },
    Known: { Type: 'Succeed' },
  });

  it('goes on without waiting for it', async () => {
    const keeper = new TokenKeeper();
    const bench = new Bench({ keep: keeper.code });
    const child = await bench.machine({ Wait: waitingTask('keep') });
    const parent = await bench.machine(starting(child, '{% $string($states.input) %}'));

    const end = await bench.end(await bench.start(parent, { a: 1 }));

    const { executions } = await bench.runner.listExecutions({ stateMachineArn: child, statusFilter: 'RUNNING' });
    expect(executions.map((execution) => execution.input)).toEqual(['{"a":1}']);
    expect(end).toMatchObject({ status: 'SUCCEEDED', output: JSON.stringify(executions[0]?.executionArn) });
  });

  it('fails under the name of the integration when the name is taken', async () => {
    const bench = new Bench({ fine: (payload) => payload });
    const child = await bench.machine({ Work: task('fine') });
    const parent = await bench.machine(starting(child, '{% $string($states.input) %}'));
    await bench.end(await bench.start(parent, { a: 1 }));

    const end = await bench.end(await bench.start(parent, { a: 2 }));

    expect(end.output).toBe(`"${prefix}.ExecutionAlreadyExistsException"`);
  });
});
