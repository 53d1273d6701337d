import { describe, expect, it } from 'vitest';
import { Bench, failing, task, type FunctionCode } from './bench.ts';

const DAY = 24 * 3600 * 1000;

/** Fails until it is mended. */
class Flaky {
  broken = true;
  calls = 0;
  readonly code: FunctionCode = (payload) => {
    this.calls += 1;
    if (this.broken) throw Object.assign(new Error('no'), { name: 'Broken' });
    return payload;
  };
}

describe('redriveExecution', () => {
  it('goes on in the failed state with its input and variables, and keeps what succeeded', async () => {
    const flaky = new Flaky();
    let firstCalls = 0;
    const bench = new Bench({ first: () => (firstCalls += 1), flaky: flaky.code });
    const machine = await bench.machine({
      First: task('first', { Assign: { kept: 'yes' }, Next: 'Second' }),
      Second: task('flaky', { Output: ['{% $kept %}', '{% $states.result.Payload %}'], End: true }),
    });
    const executionArn = await bench.start(machine);
    const failed = await bench.end(executionArn);
    flaky.broken = false;

    await bench.runner.redriveExecution({ executionArn });
    const end = await bench.end(executionArn);

    expect(failed).toMatchObject({ status: 'FAILED', redriveStatus: 'REDRIVABLE', redriveCount: 0 });
    expect(end).toMatchObject({ status: 'SUCCEEDED', output: '["yes",1]', redriveCount: 1 });
    expect(end.redriveStatus).toBe('NOT_REDRIVABLE');
    expect([firstCalls, flaky.calls]).toEqual([1, 2]);
    expect((await bench.types(executionArn)).slice(-6)).toEqual([
      'ExecutionRedriven',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
  });

  it('lets expressions read how often the execution was redriven', async () => {
    const flaky = new Flaky();
    const bench = new Bench({ flaky: flaky.code });
    const count = '{% $states.context.Execution.RedriveCount %}';
    const executionArn = await bench.start(await bench.machine({ Work: task('flaky', { Output: count, End: true }) }));
    await bench.end(executionArn);
    await bench.runner.redriveExecution({ executionArn });
    await bench.end(executionArn);
    flaky.broken = false;

    await bench.runner.redriveExecution({ executionArn });
    const end = await bench.end(executionArn);

    expect(end.output).toBe('2');
  });

  it('gives the failed state fresh retry counts', async () => {
    const flaky = new Flaky();
    const bench = new Bench({ flaky: flaky.code });
    const retry = { Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 2 }], End: true };
    const executionArn = await bench.start(await bench.machine({ Work: task('flaky', retry) }));
    await bench.end(executionArn);

    await bench.runner.redriveExecution({ executionArn });
    const end = await bench.end(executionArn);

    expect([end.status, flaky.calls]).toEqual(['FAILED', 6]);
  });

  it('repeats only the iterations of a Map that did not succeed', async () => {
    const flaky = new Flaky();
    const seen: unknown[] = [];
    const bench = new Bench({
      work: (payload, options) => {
        seen.push(payload);
        return payload === 2 ? flaky.code(payload, options) : payload;
      },
    });
    const machine = await bench.machine({
      Each: { Type: 'Map', MaxConcurrency: 1, ItemProcessor: { StartAt: 'W', States: { W: task('work') } }, End: true },
    });
    const executionArn = await bench.start(machine, [1, 2, 3]);
    await bench.end(executionArn);
    flaky.broken = false;

    await bench.runner.redriveExecution({ executionArn });
    const end = await bench.end(executionArn);

    expect(end.output).toBe('[1,2,3]');
    expect(seen).toEqual([1, 2, 2, 3]);
  });

  it.each(['ABORTED', 'TIMED_OUT'] as const)('takes an execution that is %s', async (status) => {
    const bench = new Bench();
    const machine = await bench.machine({ Rest: { Type: 'Wait', Seconds: 60, End: true } }, { TimeoutSeconds: 70 });
    const late = await bench.machine({ Rest: { Type: 'Wait', Seconds: 80, End: true } }, { TimeoutSeconds: 70 });
    const executionArn = await bench.start(status === 'ABORTED' ? machine : late);
    if (status === 'ABORTED') await bench.runner.stopExecution({ executionArn, error: 'Mine', cause: 'why' });
    const first = await bench.end(executionArn);

    await bench.runner.redriveExecution({ executionArn });
    const second = await bench.end(executionArn);

    expect(first.status).toBe(status);
    expect(second.status).toBe(status === 'ABORTED' ? 'SUCCEEDED' : 'TIMED_OUT');
  });

  it('refuses after 14 days, and while the execution runs', async () => {
    const bench = new Bench({ broken: failing('Broken') });
    const executionArn = await bench.start(await bench.machine({ Work: task('broken') }));
    const running = await bench.start(await bench.machine({ Rest: { Type: 'Wait', Seconds: 9_999_999, End: true } }));
    await bench.clock.advance(14 * DAY);

    await bench.runner.redriveExecution({ executionArn });
    await bench.clock.advance(14 * DAY + 1);

    const refused = { name: 'ExecutionNotRedrivable' };
    await expect(bench.runner.redriveExecution({ executionArn })).rejects.toMatchObject(refused);
    await expect(bench.runner.redriveExecution({ executionArn: running })).rejects.toMatchObject(refused);
  });
});
