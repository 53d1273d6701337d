import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import { executionFiles } from '#local/emulation/execution-files';
import type { JsonObject } from '#local/runner/json';
import { Bench, task, TokenKeeper, waitingTask, type FunctionCode } from './bench.ts';

const HALF = () => 0.5;

describe('a runner that starts again on the files of another', () => {
  let folder = '';
  let clock = new VirtualClock();
  beforeEach(() => {
    clock = new VirtualClock();
    folder = mkdtempSync(join(tmpdir(), 'journal-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A runner with one machine: the first is left where it stands, and another takes its files. */
  async function runner(functions: Record<string, FunctionCode>, states: JsonObject) {
    const bench = new Bench(functions, HALF, { clock, journal: executionFiles(folder) });
    const machine = await bench.machine(states);
    bench.runner.resume();
    await clock.advance(1000);
    return { bench, machine };
  }

  it('goes on in the state of each execution, with its variables and its history', async () => {
    const keeper = new TokenKeeper();
    let firstCalls = 0;
    const functions = { first: () => (firstCalls += 1), keep: keeper.code };
    const states = {
      First: task('first', { Assign: { kept: 'yes' }, Next: 'Second' }),
      Second: waitingTask('keep', { Output: ['{% $kept %}', '{% $states.result %}'] }),
    };
    const first = await runner(functions, states);
    const executionArn = await first.bench.start(first.machine, { a: 1 });
    const before = await first.bench.types(executionArn);
    const taskToken = keeper.last;

    const second = await runner(functions, states);
    const stale = second.bench.runner.sendTaskSuccess({ taskToken, output: '0' });
    await expect(stale).rejects.toMatchObject({ name: 'TaskTimedOut' });
    await second.bench.runner.sendTaskSuccess({ taskToken: keeper.last, output: '2' });
    const end = await second.bench.end(executionArn);

    expect(end).toMatchObject({ status: 'SUCCEEDED', input: '{"a":1}', output: '["yes",2]', redriveCount: 0 });
    expect([firstCalls, keeper.tokens.length]).toEqual([1, 2]);
    expect((await second.bench.types(executionArn)).slice(0, before.length - 3)).toEqual(before.slice(0, -3));
  });

  it('repeats no iteration of a Map that had ended', async () => {
    const keeper = new TokenKeeper();
    const seen: unknown[] = [];
    const functions: Record<string, FunctionCode> = { work: (item) => seen.push(item), keep: keeper.code };
    const inner = { W: task('work', { Next: 'X' }), X: waitingTask('keep') };
    const states = {
      Each: { Type: 'Map', MaxConcurrency: 1, ItemProcessor: { StartAt: 'W', States: inner }, End: true },
    };
    const first = await runner(functions, states);
    const executionArn = await first.bench.start(first.machine, ['a', 'b']);
    await first.bench.runner.sendTaskSuccess({ taskToken: keeper.last, output: '1' });
    await first.bench.clock.settle();

    const second = await runner(functions, states);
    await second.bench.runner.sendTaskSuccess({ taskToken: keeper.last, output: '2' });
    const end = await second.bench.end(executionArn);

    expect(end).toMatchObject({ status: 'SUCCEEDED', output: '[1,2]' });
    expect(seen).toEqual(['a', 'b']);
  });

  it('knows those that have ended, and their names are taken', async () => {
    const states = { Work: task('work') };
    const functions = { work: () => 'done' };
    const first = await runner(functions, states);
    const { executionArn } = await first.bench.runner.startExecution({ stateMachineArn: first.machine, name: 'one' });
    await first.bench.end(executionArn);

    const second = await runner(functions, states);
    const { executions } = await second.bench.runner.listExecutions({ stateMachineArn: second.machine });
    const again = second.bench.runner.startExecution({ stateMachineArn: second.machine, name: 'one' });

    await expect(again).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    expect(executions).toMatchObject([{ name: 'one', status: 'SUCCEEDED', output: '"done"' }]);
  });

  it('does nothing of an execution any more once it has stopped', async () => {
    const { bench, machine } = await runner({}, { Rest: { Type: 'Wait', Seconds: 60, End: true } });
    const executionArn = await bench.start(machine);

    bench.runner.stop();
    await bench.clock.advance(120_000);

    expect(await bench.types(executionArn)).toEqual(['ExecutionStarted', 'WaitStateEntered']);
  });
});
