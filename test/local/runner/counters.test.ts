import { describe, expect, it } from 'vitest';
import { TaskFailure } from '#local/runner/failure';
import { Bench, task, type FunctionCode } from './bench.ts';

const busyOnce = (): FunctionCode => {
  let calls = 0;
  return () => {
    calls += 1;
    if (calls === 1) throw new TaskFailure('Busy');
    return calls;
  };
};

describe('the counters of an execution', () => {
  it('count a transition for each state entered and each retry, and every invocation', async () => {
    const bench = new Bench({ busy: busyOnce() });
    const machine = await bench.machine({
      Begin: { Type: 'Pass', Next: 'Work' },
      Work: task('busy', { Retry: [{ ErrorEquals: ['Busy'] }], Next: 'Done' }),
      Done: { Type: 'Succeed' },
    });
    const executionArn = await bench.start(machine);
    await bench.end(executionArn);

    const counters = bench.runner.counters(executionArn);

    expect(counters).toEqual({ stateTransitions: 4, lambdaInvocations: 2 });
    expect(bench.transitions.map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      'entered Begin',
      'entered Work',
      'retried Work',
      'entered Done',
    ]);
  });

  it('count the states of every iteration of a Map', async () => {
    const bench = new Bench({ fine: () => 1 });
    const each = { Type: 'Map', ItemProcessor: { StartAt: 'W', States: { W: task('fine') } }, End: true };
    const executionArn = await bench.start(await bench.machine({ Each: each }), [1, 2, 3]);

    const counters = bench.runner.counters(executionArn);

    expect(counters).toEqual({ stateTransitions: 4, lambdaInvocations: 3 });
  });

  it('are kept apart between executions, and go on over a redrive', async () => {
    const bench = new Bench({ busy: busyOnce() });
    const machine = await bench.machine({ Work: task('busy') });
    const failed = await bench.start(machine);
    const fine = await bench.start(machine);

    await bench.runner.redriveExecution({ executionArn: failed });
    await bench.end(failed);

    expect(bench.runner.counters(failed)).toEqual({ stateTransitions: 2, lambdaInvocations: 2 });
    expect(bench.runner.counters(fine)).toEqual({ stateTransitions: 1, lambdaInvocations: 1 });
  });
});
