import { plainText } from '#wire/reading';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documentedRow } from '../replay/documented.ts';
import { recordedLines, stubsBeside } from '../replay/recorded-file.ts';
import { corpusFile, hasCorpus } from '../replay/shared-directory.ts';
import { replayTask } from '../replay/tasks/replay-task.ts';
import { runTask } from '../replay/tasks/task-world.ts';
import { tasksOf, type FoundTask } from '../replay/tasks/task-scenario.ts';
import type { JsonMap } from '#ports/json';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'recorded', 'tasks');

/** Methods whose requests boot servers, or go on with a boot. */
const BOOTS = new Set(['compute_task.schedule_and_build_instances', 'compute_task.build_instances']);

const CORPUS = ['rpc-boot', 'rpc-build-failures', 'rpc-delete-during-build', 'rpc-quota', 'rpc-server-groups'].map(
  (name) => `${name}.jsonl.gz`,
);

async function fixture(file: string): Promise<FoundTask | undefined> {
  const lines: JsonMap[] = [];
  for await (const line of recordedLines(join(FIXTURES, file))) lines.push(line);
  return tasksOf(lines, [])[0];
}

/** The boots of a recording that can be replayed. */
async function bootsOf(path: string): Promise<Extract<FoundTask, { kind: 'task' }>[]> {
  const stubs = stubsBeside(path);
  const scenarios = new Map<string, JsonMap[]>();
  for await (const line of recordedLines(path)) {
    const test = plainText(line['test']);
    scenarios.set(test, [...(scenarios.get(test) ?? []), line]);
  }
  return [...scenarios].flatMap(([test, lines]) =>
    tasksOf(lines, stubs.get(test) ?? []).flatMap((found) =>
      found.kind === 'task' && BOOTS.has(found.name) ? [found] : [],
    ),
  );
}

describe('recorded boot requests', () => {
  const boots = readdirSync(FIXTURES).filter((file) => !file.startsWith('confirm-'));

  it.each(boots.map((file) => file.replace('.jsonl', '')))(
    'of %s are cast, recorded and announced as Nova did',
    async (name) => {
      const found = await fixture(`${name}.jsonl`);

      const differences = found?.kind === 'task' ? await replayTask(found.recorded) : undefined;

      expect(differences).toEqual([]);
    },
  );

  it('differ from one that was cast otherwise', async () => {
    const found = await fixture('one-server.jsonl');
    if (found?.kind !== 'task') throw new Error('the fixture holds no task');
    const { recorded } = found;
    const steps = recorded.steps.map((step) =>
      step.kind === 'sent' && !step.call ? { ...step, args: { ...step.args, node: 'another' } } : step,
    );

    const differences = await replayTask({ ...recorded, steps });

    expect(differences).toEqual([{ path: expect.stringMatching(/args\.node$/), recorded: 'another', ours: 'host2' }]);
  });

  it('leave nothing of the request in the dead-letter queue', async () => {
    const found = await fixture('one-server.jsonl');
    if (found?.kind !== 'task') throw new Error('the fixture holds no task');

    const { refused, ports } = await runTask(found.recorded);

    expect(refused).toBeUndefined();
    expect(ports.sent.map(({ method, host }) => [method, host])).toEqual([
      ['select_destinations', null],
      ['build_and_run_instance', 'host2'],
    ]);
  });
});

describe.runIf(CORPUS.every((name) => hasCorpus(name)) && existsSync(corpusFile('scenarios.json')))(
  'the recorded boots of the corpus',
  () => {
    it.each(CORPUS)(
      'in %s are all cast, recorded and announced as Nova did',
      async (file) => {
        const boots = await bootsOf(corpusFile(file));

        const differences = [];
        for (const { name, recorded } of boots) {
          const { test, id } = recorded;
          const found = await replayTask(recorded);
          if (documentedRow({ test, method: name }, found) === undefined)
            differences.push(...found.map((each) => ({ test, id, ...each })));
        }

        expect(boots.length).toBeGreaterThan(2);
        expect(differences).toEqual([]);
      },
      120_000,
    );
  },
);
