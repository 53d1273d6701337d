import { describe, expect, it } from 'vitest';
import { SystemClock } from '#adapters/system/clock';
import { StepFunctions } from '#local/runner/runner';
import { Bench, definition, task, type FunctionCode } from './bench.ts';

describe('stopExecution', () => {
  it('aborts with the error given, and nothing happens afterwards', async () => {
    const bench = new Bench({ fine: () => 1 });
    const executionArn = await bench.start(
      await bench.machine({ Rest: { Type: 'Wait', Seconds: 60, Next: 'Work' }, Work: task('fine') }),
    );

    await bench.runner.stopExecution({ executionArn, error: 'Mine', cause: 'why' });
    await bench.clock.advance(120_000);

    expect(await bench.end(executionArn)).toMatchObject({ status: 'ABORTED', error: 'Mine', cause: 'why' });
    expect(await bench.types(executionArn)).toEqual(['ExecutionStarted', 'WaitStateEntered', 'ExecutionAborted']);
    expect(bench.runner.counters(executionArn).lambdaInvocations).toBe(0);
  });

  it('leaves a closed execution as it is', async () => {
    const bench = new Bench();
    const executionArn = await bench.start(await bench.machine({ Done: { Type: 'Succeed' } }));

    await bench.runner.stopExecution({ executionArn });

    expect((await bench.end(executionArn)).status).toBe('SUCCEEDED');
  });
});

/** Sleeps a second, and keeps count of how many do so at once. */
function counting(bench: () => Bench, seen: { running: number; most: number }): FunctionCode {
  return async (payload) => {
    seen.running += 1;
    seen.most = Math.max(seen.most, seen.running);
    await bench().clock.sleep(1000);
    seen.running -= 1;
    return payload;
  };
}

describe('a Map', () => {
  it.each([
    [1, 1],
    [2, 2],
    [0, 5],
  ])('with MaxConcurrency %i runs %i of five iterations at once, and keeps their order', async (limit, most) => {
    const seen = { running: 0, most: 0 };
    const bench: Bench = new Bench({ work: counting(() => bench, seen) });
    const each = {
      Type: 'Map',
      Items: '{% $states.input.list %}',
      ItemSelector: { n: '{% $states.context.Map.Item.Value %}', at: '{% $states.context.Map.Item.Index %}' },
      MaxConcurrency: limit,
      ItemProcessor: {
        StartAt: 'W',
        States: { W: task('work', { Output: '{% $states.result.Payload.n %}', End: true }) },
      },
      End: true,
    };

    const end = await bench.end(await bench.start(await bench.machine({ Each: each }), { list: [5, 4, 3, 2, 1] }));

    expect([seen.most, end.output]).toEqual([most, '[5,4,3,2,1]']);
  });

  it('of a thousand items comes to its end', async () => {
    const bench = new Bench({ fine: () => null });
    const each = {
      Type: 'Map',
      MaxConcurrency: 40,
      ItemProcessor: { StartAt: 'W', States: { W: task('fine') } },
      Output: '{% $count($states.result) %}',
      End: true,
    };

    const end = await bench.end(
      await bench.start(
        await bench.machine({ Each: each }),
        Array.from({ length: 1000 }, (_, index) => index),
      ),
    );

    expect(end.output).toBe('1000');
  });

  it('ends once when several iterations fail at the same time', async () => {
    const bench = new Bench();
    const broken = { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Broken' } } };
    const states = { Each: { Type: 'Map', ItemProcessor: broken, End: true } };
    const executionArn = await bench.start(await bench.machine(states), [1, 2, 3]);

    const types = await bench.types(executionArn);

    expect(types.filter((type) => type === 'MapIterationFailed')).toHaveLength(1);
    expect(types.filter((type) => type === 'MapIterationAborted')).toHaveLength(2);
    expect(types.slice(-2)).toEqual(['MapStateFailed', 'ExecutionFailed']);
  });
});

it('two thousand executions run side by side', async () => {
  const bench = new Bench({ fine: (payload) => payload });
  const machine = await bench.machine({
    Choose: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input.go %}', Next: 'Work' }],
      Default: 'Done',
    },
    Work: task('fine', { TimeoutSeconds: 60, Retry: [{ ErrorEquals: ['Busy'] }], Next: 'Done' }),
    Done: { Type: 'Succeed' },
  });

  const arns = await Promise.all(Array.from({ length: 2000 }, () => bench.start(machine, { go: true })));
  const ends = await Promise.all(arns.map((executionArn) => bench.end(executionArn)));

  expect(ends.every((end) => end.status === 'SUCCEEDED')).toBe(true);
  expect(bench.transitions).toHaveLength(6000);
});

it('the runner works on the clock of the machine', async () => {
  const runner = new StepFunctions({
    clock: new SystemClock(),
    random: Math.random,
    invoke: async (_, payload) => payload,
  });
  const { stateMachineArn } = await runner.createStateMachine({
    name: 'now',
    definition: definition({ Rest: { Type: 'Wait', Seconds: 0, Next: 'Work' }, Work: task('echo') }),
  });

  const { executionArn } = await runner.startExecution({ stateMachineArn, input: '[1]' });

  expect(await runner.wait(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '[1]' });
});
