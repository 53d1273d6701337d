import { describe, expect, it } from 'vitest';
import { Bench, tokenIn, TokenKeeper, waitingTask } from './bench.ts';

async function waiting(more: Parameters<typeof waitingTask>[1] = {}) {
  const keeper = new TokenKeeper();
  const bench = new Bench({ keep: keeper.code });
  const executionArn = await bench.start(await bench.machine({ Wait: waitingTask('keep', more) }));
  return { bench, clock: bench.clock, runner: bench.runner, executionArn, taskToken: keeper.last };
}

describe('a task token', () => {
  it('ends its task with the output that it is brought back with', async () => {
    const { bench, runner, executionArn, taskToken } = await waiting();

    await runner.sendTaskSuccess({ taskToken, output: '{"ok":true}' });

    expect(await bench.end(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '{"ok":true}' });
  });

  it('fails its task under the error that it is brought back with', async () => {
    const { bench, runner, executionArn, taskToken } = await waiting();

    await runner.sendTaskFailure({ taskToken, error: 'RescheduledException', cause: 'full' });

    expect(await bench.end(executionArn)).toMatchObject({
      status: 'FAILED',
      error: 'RescheduledException',
      cause: 'full',
    });
  });

  it('serves once: repeated, it has timed out', async () => {
    const { runner, taskToken } = await waiting();
    await runner.sendTaskSuccess({ taskToken, output: '1' });

    const timedOut = { name: 'TaskTimedOut' };

    await expect(runner.sendTaskSuccess({ taskToken, output: '1' })).rejects.toMatchObject(timedOut);
    await expect(runner.sendTaskFailure({ taskToken })).rejects.toMatchObject(timedOut);
    await expect(runner.sendTaskHeartbeat({ taskToken })).rejects.toMatchObject(timedOut);
  });

  it('is too late after the timeout, and after the execution was stopped', async () => {
    const late = await waiting({ TimeoutSeconds: 10 });
    const stopped = await waiting();
    await late.bench.end(late.executionArn);
    await stopped.runner.stopExecution({ executionArn: stopped.executionArn });

    for (const { runner, taskToken } of [late, stopped]) {
      await expect(runner.sendTaskSuccess({ taskToken, output: '1' })).rejects.toMatchObject({ name: 'TaskTimedOut' });
    }
    expect((await late.bench.end(late.executionArn)).error).toBe('States.Timeout');
  });

  it('waits as long as an expression says', async () => {
    const bench = new Bench({ keep: new TokenKeeper().code });
    const wait = waitingTask('keep', { TimeoutSeconds: '{% $states.input.wait_seconds %}' });

    const end = await bench.end(await bench.start(await bench.machine({ Wait: wait }), { wait_seconds: 7 }));

    expect(end).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect(Number(end.stopDate) - Number(end.startDate)).toBe(7000);
  });

  it('may be brought back before the function has answered', async () => {
    const bench: Bench = new Bench({
      early: async (payload) => {
        await bench.runner.sendTaskSuccess({ taskToken: tokenIn(payload), output: '"early"' });
        await bench.clock.sleep(30_000);
        return null;
      },
    });
    const executionArn = await bench.start(await bench.machine({ Wait: waitingTask('early') }));

    const end = await bench.end(executionArn);

    expect(end).toMatchObject({ status: 'SUCCEEDED', output: '"early"', stopDate: end.startDate });
    expect(await bench.types(executionArn)).not.toContain('TaskSubmitted');
  });

  it('dies with the function that was to keep it', async () => {
    const tokens: string[] = [];
    const bench = new Bench({
      broken: (payload) => {
        tokens.push(tokenIn(payload));
        throw new Error('not kept');
      },
    });
    const end = await bench.end(await bench.start(await bench.machine({ Wait: waitingTask('broken') })));

    const success = bench.runner.sendTaskSuccess({ taskToken: tokens[0] ?? '', output: '1' });

    expect(end).toMatchObject({ status: 'FAILED', error: 'Error' });
    await expect(success).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });

  it('is new on each retry, and the old one is too late', async () => {
    const keeper = new TokenKeeper();
    const bench = new Bench({ keep: keeper.code });
    const retry = { TimeoutSeconds: 10, Retry: [{ ErrorEquals: ['States.Timeout'] }] };
    const executionArn = await bench.start(await bench.machine({ Wait: waitingTask('keep', retry) }));
    await bench.clock.advance(11_000);
    const [first = '', second = ''] = keeper.tokens;

    const late = bench.runner.sendTaskSuccess({ taskToken: first, output: '1' });

    await expect(late).rejects.toMatchObject({ name: 'TaskTimedOut' });
    await bench.runner.sendTaskSuccess({ taskToken: second, output: '2' });
    expect((await bench.end(executionArn)).output).toBe('2');
  });

  it('is refused when nobody gave it out, or when it is none', async () => {
    const { runner } = await waiting();
    const foreign = Buffer.from('task-token 99 of somewhere').toString('base64');

    await expect(runner.sendTaskHeartbeat({ taskToken: foreign })).rejects.toMatchObject({ name: 'TaskDoesNotExist' });
    await expect(runner.sendTaskHeartbeat({ taskToken: 'none' })).rejects.toMatchObject({ name: 'InvalidToken' });
  });

  it('keeps waiting after an output that is no JSON, or too large', async () => {
    const { bench, runner, executionArn, taskToken } = await waiting();

    for (const output of ['{', `"${'x'.repeat(262_143)}"`]) {
      await expect(runner.sendTaskSuccess({ taskToken, output })).rejects.toMatchObject({ name: 'InvalidOutput' });
    }
    await runner.sendTaskSuccess({ taskToken, output: '1' });

    expect((await bench.end(executionArn)).output).toBe('1');
  });
});

describe('a heartbeat', () => {
  it('that is missed times the task out, and is known by both names', async () => {
    for (const name of ['States.Timeout', 'States.HeartbeatTimeout']) {
      const bench = new Bench({ keep: new TokenKeeper().code });
      const catcher = { ErrorEquals: [name], Next: 'Caught' };
      const states = {
        Wait: waitingTask('keep', { HeartbeatSeconds: 5, Catch: [catcher] }),
        Caught: { Type: 'Succeed' },
      };

      const end = await bench.end(await bench.start(await bench.machine(states)));

      expect(end).toMatchObject({ status: 'SUCCEEDED', output: '{"Error":"States.Timeout","Cause":""}' });
      expect(Number(end.stopDate) - Number(end.startDate)).toBe(5000);
    }
  });

  it('that comes in time moves the next deadline, but never the timeout', async () => {
    const { bench, clock, runner, executionArn, taskToken } = await waiting({
      HeartbeatSeconds: '{% 2 + 3 %}',
      TimeoutSeconds: 12,
    });
    for (let beat = 0; beat < 2; beat += 1) {
      await clock.advance(4000);
      await runner.sendTaskHeartbeat({ taskToken });
    }

    const end = await bench.end(executionArn);

    expect(Number(end.stopDate) - Number(end.startDate)).toBe(12_000);
  });
});
