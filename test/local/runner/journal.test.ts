import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import { MemoryLog } from '#local/emulation/memory-log';
import { executionFiles } from '#local/emulation/execution-files';
import type { JsonObject } from '#local/runner/json';
import { Bench, task, TokenKeeper, waitingTask, type FunctionCode } from './bench.ts';

const HALF = () => 0.5;

describe('a runner that starts again on the files of another', () => {
  let folder = '';
  let clock = new VirtualClock();
  let log = new MemoryLog();
  beforeEach(() => {
    clock = new VirtualClock();
    log = new MemoryLog();
    folder = mkdtempSync(join(tmpdir(), 'journal-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A runner with one machine: the first is left where it stands, and another takes its files. */
  async function runner(functions: Record<string, FunctionCode>, states: JsonObject) {
    const later = (callback: () => void) => void clock.timer(1000, callback);
    const bench = new Bench(functions, HALF, { clock, journal: executionFiles(folder, { later, log }) });
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

  /** Fills the disk under the file of an execution; the answer makes room. */
  function fill(executionArn: string): () => void {
    const file = join(folder, `${createHash('sha256').update(executionArn).digest('hex')}.json.new`);
    symlinkSync('/dev/full', file);
    return () => rmSync(file);
  }

  it('finds what an execution did while the disk was full, once there was space', async () => {
    const keeper = new TokenKeeper();
    const states = { Wait: waitingTask('keep') };
    const first = await runner({ keep: keeper.code }, states);
    const executionArn = await first.bench.start(first.machine);
    const makeRoom = fill(executionArn);

    await first.bench.runner.sendTaskSuccess({ taskToken: keeper.last, output: '1' });
    await clock.advance(5000);
    makeRoom();
    await clock.advance(1000);
    const second = await runner({ keep: keeper.code }, states);

    expect(await second.bench.end(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '1' });
    expect(await second.bench.types(executionArn)).toEqual(await first.bench.types(executionArn));
    expect(keeper.tokens).toHaveLength(1);
    expect(log.lines).toMatchObject([
      {
        level: 'error',
        message: expect.stringContaining('make room'),
        fields: { folder, trouble: expect.stringContaining('ENOSPC') },
      },
      { level: 'info', message: 'executions are kept again' },
    ]);
  });

  it('finds no execution that was refused for want of space, and whose name is free', async () => {
    const { bench, machine } = await runner({ work: () => 'done' }, { Work: task('work') });
    const request = { stateMachineArn: machine, name: 'one' };
    const makeRoom = fill(machine.replace(':stateMachine:', ':execution:').concat(':one'));

    const refused = bench.runner.startExecution(request);
    await expect(refused).rejects.toMatchObject({
      name: 'ServiceUnavailable',
      message: expect.stringContaining('no execution can be kept: ENOSPC'),
    });
    makeRoom();
    const { executionArn } = await bench.runner.startExecution(request);

    expect(await bench.end(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('does nothing of an execution any more once it has stopped', async () => {
    const { bench, machine } = await runner({}, { Rest: { Type: 'Wait', Seconds: 60, End: true } });
    const executionArn = await bench.start(machine);

    bench.runner.stop();
    await bench.clock.advance(120_000);

    expect(await bench.types(executionArn)).toEqual(['ExecutionStarted', 'WaitStateEntered']);
  });
});
