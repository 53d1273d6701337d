import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import type { Json, JsonMap } from '#ports/json';
import { mapOf } from '#wire/reading';
import { replayFile } from './replay-file.ts';
import { Tally } from './tally.ts';

const TASKS = join(import.meta.dirname, '..', 'fixtures', 'recorded', 'tasks');
const ONE_SERVER = join(TASKS, 'one-server.jsonl');

const directory = mkdtempSync(join(tmpdir(), 'replay-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Writes a recording of the given bytes. */
function file(name: string, content: string | Buffer): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

/** What `npm run replay -- --json` ends with and prints. */
function replay(...args: string[]): {
  readonly code: number | null;
  readonly printed: JsonMap;
  readonly errors: string;
} {
  const script = join(import.meta.dirname, 'replay.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--json', ...args], { encoding: 'utf8' });
  const printed: Json = JSON.parse(stdout);
  return { code: status, printed: mapOf(printed), errors: stderr };
}

/** What the replay of a file comes to. */
async function tallyOf(...paths: string[]): Promise<Tally> {
  const tally = new Tally();
  for (const path of paths) await replayFile(path, tally, { tasksOnly: false });
  return tally;
}

/** How often a step is to be recorded, where events are published twice. */
const timesOf = (step: Json): number => (mapOf(step)['step'] === 'notification' ? 2 : 1);

/** A message as a broker's recording holds it. */
function published(message: JsonMap): string {
  const body = JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': JSON.stringify(message) });
  return JSON.stringify({ kind: 'publish', exchange: 'nova', routing_keys: ['conductor'], properties: {}, body });
}

const call = (method: string, args: JsonMap): JsonMap => ({
  method,
  args,
  version: '3.0',
  _msg_id: `message-${method}`,
  _reply_q: 'reply_of-a-host',
  _unique_id: `unique-${method}`,
  _context_request_id: 'req-1',
  _context_is_admin: true,
});

const look = call('object_class_action_versions', {
  objname: 'Instance',
  objmethod: 'get_by_uuid',
  object_versions: { Instance: '2.7' },
  args: ['11111111-1111-4111-8111-111111111111'],
  kwargs: {},
});

/** An Instance of a version that nobody knows. */
const instanceOfVersion = (version: string): JsonMap => ({
  'nova_object.name': 'Instance',
  'nova_object.namespace': 'nova',
  'nova_object.version': version,
  'nova_object.data': { uuid: '11111111-1111-4111-8111-111111111111', id: 1 },
});

/** An answer that refuses, as a broker sees it. */
const refusal = (name: string): JsonMap => ({
  result: null,
  failure: JSON.stringify({ class: name, module: 'nova.exception', message: '', args: [], kwargs: {} }),
});

const counts = (cases: number, equal: number, different: number): JsonMap => ({
  cases,
  equal,
  different,
  documented: 0,
  unsupported: 0,
});

describe('the replay of recorded requests', () => {
  it('compares what is sent and stored where databases were recorded', () => {
    const { code, printed } = replay(ONE_SERVER);

    expect(code).toBe(0);
    expect(printed).toEqual({
      totals: counts(1, 1, 0),
      methods: { 'compute_task.schedule_and_build_instances': counts(1, 1, 0) },
      differences: [],
      documented: {},
      unsupported: {},
    });
  });

  it('reports where something differs', () => {
    const changed = readFileSync(ONE_SERVER, 'utf8').replaceAll('"nodename": "host2"', '"nodename": "another"');
    const path = file('changed.jsonl', changed);

    const { code, printed } = replay(path);

    expect(code).toBe(1);
    expect(printed['totals']).toEqual(counts(1, 0, 1));
    expect(printed['differences']).toContainEqual({
      file: 'changed.jsonl',
      test: expect.any(String),
      id: expect.stringMatching(/^t/),
      method: 'compute_task.schedule_and_build_instances',
      path: expect.stringContaining('sent.build_and_run_instance'),
      recorded: 'host2',
      ours: 'another',
    });
  });

  it('reports where something differs in either cell of a move across cells', async () => {
    const recorded = readFileSync(join(TASKS, 'confirm-across-cells.jsonl'), 'utf8');
    const changed = recorded.replace(/("new": \{"updated_at": "[^"]+", "vm_state": )"active"/, '$1"stopped"');
    const path = file('across.jsonl', changed);

    const { differences } = await tallyOf(path);

    expect(differences.map(({ path: at, recorded: theirs, ours }) => [at, theirs, ours])).toEqual([
      [expect.stringMatching(/^records\.cell-\S+ \S+ instance\.vm_state$/), 'stopped', 'active'],
    ]);
  });

  it('reports an event that was published twice of one server, and only once by us', async () => {
    const lines = readFileSync(join(TASKS, 'no-valid-host.jsonl'), 'utf8').trim().split('\n');
    const twice = lines.map((line) => {
      const read: Json = JSON.parse(line);
      const { steps, ...task } = mapOf(read);
      if (!Array.isArray(steps)) return line;
      return JSON.stringify({
        ...task,
        steps: steps.flatMap((step) => Array.from({ length: timesOf(step) }, () => step)),
      });
    });
    const path = file('twice.jsonl', twice.join('\n'));

    const { differences } = await tallyOf(path);

    expect(differences.map(({ path: at }) => at)).toEqual(
      Array.from({ length: 2 }, () => expect.stringMatching(/^notification\..* #2$/)),
    );
  });

  it('has every request answered of which no databases were recorded, be it with an error of Nova', async () => {
    const ping = { ...call('ping', { arg: 'here' }), namespace: 'baseapi', version: '1.1' };
    const path = file('published.jsonl.gz', gzipSync([ping, look].map(published).join('\n')));

    const { methods } = await tallyOf(path);

    expect(methods).toEqual({
      'baseapi.ping': counts(1, 1, 0),
      'base.object_class_action_versions.Instance.get_by_uuid': counts(1, 1, 0),
    });
  });

  it.each([
    ['is a difference where the recording shows a result', { result: {}, failure: null }, 1],
    ['is a difference where the recording shows no answer', undefined, 1],
    ['is a difference where the recording shows another error', refusal('InstanceNotFound'), 1],
    ['equals the same refusal in the recording', refusal('IncompatibleObjectVersion'), 0],
  ])('a refusal of ours %s', async (_title, reply, different) => {
    const newer = call('object_action', {
      objinst: instanceOfVersion('2.99'),
      objmethod: 'save',
      args: [],
      kwargs: {},
    });
    const answer = reply === undefined ? [] : [published({ _msg_id: 'message-object_action', ...reply })];
    const path = file('refused.jsonl', [published(newer), ...answer].join('\n'));

    const { totals, differences } = await tallyOf(path);

    expect(totals).toEqual(counts(1, 1 - different, different));
    expect(differences.map(({ path: at }) => at)).toEqual(different === 1 ? ['reply.failure'] : []);
  });

  it.each([
    ['is a difference where the recording shows a result', { result: {}, failure: null }, 1],
    ['equals the same refusal in the recording', refusal('IncompatibleObjectVersion'), 0],
  ])('a refusal of ours to a request without databases %s', async (_title, reply, different) => {
    const args = { objinst: instanceOfVersion('2.99'), objmethod: 'save', args: [], kwargs: {} };
    const message = call('object_action', args);
    const at = { test: 'scenarios.One.test', t: 0, id: 'm1' };
    const target = { exchange: 'nova', topic: 'conductor', namespace: null };
    const lines = [
      { ...at, kind: 'request', type: 'call', from: 'compute:host1', target, method: 'object_action', message },
      { ...at, kind: 'reply', message: reply },
      { ...at, kind: 'test_end' },
    ];
    const path = file('refused-scenario.jsonl', lines.map((line) => JSON.stringify(line)).join('\n'));

    const { totals, differences } = await tallyOf(path);

    expect(totals).toEqual(counts(1, 1 - different, different));
    expect(differences.map(({ path: where }) => where)).toEqual(different === 1 ? ['reply.failure'] : []);
  });

  it('takes a task for different that starts nothing', async () => {
    const task = { ...call('rebuild_instance', { instance: instanceOfVersion('2.99') }), namespace: 'compute_task' };
    const path = file('refused-task.jsonl', published(task));

    const { totals, differences } = await tallyOf(path);

    expect(totals).toEqual(counts(1, 0, 1));
    expect(differences.map(({ path: at }) => at)).not.toEqual([]);
  });

  it('takes a request for different that ends in an error which is none of Nova', async () => {
    const path = file('odd.jsonl', [published({ ...look, args: { objname: 'Instance' } }), published(look)].join('\n'));

    const { totals, differences } = await tallyOf(path);

    expect(totals).toEqual(counts(2, 1, 1));
    expect(differences).toEqual([expect.objectContaining({ id: 'unique-object_class_action_versions' })]);
  });

  it('reads scenarios that hold no databases as well, and those that break off', async () => {
    const lines = readFileSync(ONE_SERVER, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.includes('"kind": "db_state"') && !line.includes('"kind": "test_end"'));
    const unstored = lines.map((line): Json => {
      const { before: _databases, ...kept } = mapOf(JSON.parse(line));
      return kept;
    });
    const path = file('unstored.jsonl', unstored.map((line) => JSON.stringify(line)).join('\n'));

    const { totals } = await tallyOf(path);

    expect(totals).toEqual(counts(1, 1, 0));
  });

  it('ends with 2 when a file cannot be read to its end, and reports on the others', () => {
    const cut = file('cut.jsonl.gz', gzipSync(readFileSync(ONE_SERVER)).subarray(0, 5000));

    const { code, printed, errors } = replay(cut, ONE_SERVER);

    expect(code).toBe(2);
    expect(errors).toContain(cut);
    expect(printed['totals']).toEqual(counts(1, 1, 0));
  });

  it.each([
    ['is not there', () => join(directory, 'nowhere.jsonl.gz')],
    ['is not packed', () => file('plain.jsonl.gz', readFileSync(ONE_SERVER))],
    ['is no JSON', () => file('words.jsonl', 'not a recording')],
  ])('cannot read a file that %s', async (_what, path) => {
    await expect(tallyOf(path())).rejects.toThrow(/\S/);
  });

  it('finds every recorded task of this repository equal', async () => {
    const { differences, unsupported } = await tallyOf(...readdirSync(TASKS).map((name) => join(TASKS, name)));

    expect([differences, unsupported]).toEqual([[], {}]);
  });
});
