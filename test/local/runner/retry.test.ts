import { describe, expect, it } from 'vitest';
import { TaskFailure } from '#local/runner/failure';
import { Bench, failing, task, type FunctionCode } from './bench.ts';

const jittered = {
  Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 4, MaxAttempts: 2, JitterStrategy: 'FULL' }],
  End: true,
};

async function seconds(bench: Bench, executionArn: string): Promise<number> {
  const end = await bench.end(executionArn);
  return (Number(end.stopDate) - Number(end.startDate)) / 1000;
}

describe('Retry', () => {
  it('spreads its delays by the chance that it is given', async () => {
    const chances = [0.25, 0.5];
    const bench = new Bench({ busy: failing('Busy') }, () => chances.shift() ?? 0);
    const machine = await bench.machine({ Work: task('busy', jittered) });
    await bench.clock.settle();
    const { executionArn } = await bench.runner.startExecution({ stateMachineArn: machine, name: 'named' });

    const elapsed = await seconds(bench, executionArn);

    expect(elapsed).toBe(0.25 * 4 + 0.5 * 8);
  });

  it('shows the function and the expressions how often it has retried', async () => {
    const counts: number[] = [];
    const busy: FunctionCode = (_, { retryCount }) => {
      counts.push(retryCount);
      if (retryCount < 2) throw new TaskFailure('Busy', 'later');
      return null;
    };
    const bench = new Bench({ busy });
    const output = { ...jittered, Output: '{% $states.context.State.RetryCount %}' };

    const end = await bench.end(await bench.start(await bench.machine({ Work: task('busy', output) })));

    expect([counts, end.output]).toEqual([[0, 1, 2], '2']);
  });

  it('begins a Map anew, with all its iterations', async () => {
    const seen: unknown[] = [];
    const work: FunctionCode = (payload) => {
      seen.push(payload);
      if (seen.length === 2) throw new TaskFailure('Busy');
      return payload;
    };
    const bench = new Bench({ work });
    const each = {
      Type: 'Map',
      MaxConcurrency: 1,
      ItemProcessor: { StartAt: 'W', States: { W: task('work') } },
      ...jittered,
    };

    const end = await bench.end(await bench.start(await bench.machine({ Each: each }), ['a', 'b']));

    expect([seen, end.output]).toEqual([['a', 'b', 'a', 'b'], '["a","b"]']);
  });
});

describe('a function that fails', () => {
  it('fails its task with what Lambda makes of an exception', async () => {
    const bench = new Bench({ broken: failing('NoValidHost', 'none left') });

    const end = await bench.end(await bench.start(await bench.machine({ Work: task('broken') })));

    expect(end.error).toBe('NoValidHost');
    expect(JSON.parse(end.cause ?? '')).toEqual({ errorMessage: 'none left', errorType: 'NoValidHost', trace: [] });
  });

  it('passes on errors of the Lambda service under their names', async () => {
    const bench = new Bench({ broken: failing('Lambda.ServiceException', 'try again') });

    const end = await bench.end(await bench.start(await bench.machine({ Work: task('broken') })));

    expect(end).toMatchObject({ error: 'Lambda.ServiceException', cause: 'try again' });
  });

  it('is aborted when nobody waits for it any more', async () => {
    let aborted = false;
    const bench: Bench = new Bench({
      slow: (_, { signal }) => {
        signal.addEventListener('abort', () => (aborted = true));
        return bench.hang(signal);
      },
    });

    const end = await bench.end(
      await bench.start(await bench.machine({ Work: task('slow', { TimeoutSeconds: 3, End: true }) })),
    );

    expect([aborted, end.error]).toEqual([true, 'States.Timeout']);
  });

  it('shares nothing with the state that it is given', async () => {
    const bench = new Bench({
      spoiling: (payload) => {
        if (Array.isArray(payload)) payload.length = 0;
        return null;
      },
    });
    const states = { Work: task('spoiling', { Output: '{% $states.input %}', End: true }) };

    const end = await bench.end(await bench.start(await bench.machine(states), [1, 2]));

    expect(end.output).toBe('[1,2]');
  });
});
