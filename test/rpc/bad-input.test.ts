import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import { assemble } from '#assemble';
import { newObject } from '#wire/wire';
import { memoryPlatform } from '../fixtures/memory/platform.ts';
import { seedCells, seedHost } from '#local/emulation/seed';
import type { Executions } from '#ports/executions';
import { DEFAULTS } from '#ports/configuration';
import type { Json, JsonMap } from '#ports/json';
import { parseEnvelope } from '#wire/envelope';
import { objectQueue } from '#object-rpc/object-queue';
import { taskQueue } from '#task-rpc/task-queue';
import { PROPERTY_RUNS } from '../fixtures/property-runs.ts';
import { recordedMessage, wrapped } from '../fixtures/recorded.ts';
import { sqsEvent, sqsRecord } from '../fixtures/endpoints/sqs-event.ts';

const CELL = { name: 'cell1', uuid: '11111111-1111-4111-8111-111111111111' };

/** Both functions on tables in memory; executions are only remembered. */
async function functions() {
  const platform = memoryPlatform({ clock: new VirtualClock(), cells: [CELL.name] });
  const started: string[] = [];
  const executions: Executions = {
    start: async (_workflow, name) => {
      started.push(name);
      return 'started';
    },
    status: async () => undefined,
    succeed: async () => undefined,
    fail: async () => undefined,
  };
  const services = assemble({ ...platform.adapters, clock: platform.clock, config: DEFAULTS, executions });
  await seedCells(services, [CELL]);
  await seedHost(services, CELL, 'host1');
  platform.queues.create('reply_1');
  return {
    ...platform,
    started,
    ends: { 'compute-task': taskQueue(services), 'cell-cell1-conductor': objectQueue(services, CELL) } as const,
  };
}

const QUEUES = ['compute-task', 'cell-cell1-conductor'] as const;

const context = {
  _context_request_id: 'req-1',
  _context_user_id: 'u',
  _context_project_id: 'p',
  _context_is_admin: true,
};

const task = (method: string, args: Json, more: JsonMap = {}): JsonMap => ({
  method,
  args,
  namespace: 'compute_task',
  version: '1.24',
  _unique_id: 'x1',
  ...context,
  ...more,
});

const action = (args: Json, more: JsonMap = {}): JsonMap => ({
  method: 'object_action',
  args,
  version: '3.0',
  _unique_id: 'x1',
  ...context,
  ...more,
});

const service = newObject('Service', '1.22', { id: 7, report_count: 1 });
const deep = (levels: number): Json => (levels === 0 ? 1 : [deep(levels - 1)]);
const builds = recordedMessage('schedule-and-build-instances').args;

/** Every kind of message that cannot be carried out, with a word of the reason. */
const BAD: readonly (readonly [title: string, queue: (typeof QUEUES)[number], body: string, reason: string])[] = [
  ['is not JSON', 'compute-task', '{', 'not JSON'],
  ['is not JSON', 'cell-cell1-conductor', 'hello', 'not JSON'],
  ['is empty', 'compute-task', '', 'not JSON'],
  ['is a list', 'compute-task', '[]', 'not a JSON object'],
  ['has another envelope', 'compute-task', '{"oslo.version":"3.0","oslo.message":"{}"}', 'not 2.x'],
  ['has no text inside its envelope', 'compute-task', '{"oslo.version":"2.0","oslo.message":7}', 'not a text'],
  ['names no method', 'compute-task', wrapped({ args: {} }), 'neither a request'],
  ['has a method that is no text', 'compute-task', wrapped(task('x', {}, { method: 7 })), 'method is not a text'],
  ['has arguments that are no map', 'compute-task', wrapped(task('build_instances', [])), 'args is not a map'],
  ['misses arguments', 'compute-task', wrapped(task('schedule_and_build_instances', {})), 'build_requests'],
  [
    'has an argument too many',
    'compute-task',
    wrapped(task('schedule_and_build_instances', { ...builds, extra: 1 })),
    'extra',
  ],
  [
    'has an argument of the wrong type',
    'compute-task',
    wrapped(task('schedule_and_build_instances', { ...builds, build_requests: 7 })),
    'build_requests',
  ],
  ['names an unknown method', 'compute-task', wrapped(task('make_coffee', {})), 'make_coffee'],
  ['is of a version to come', 'compute-task', wrapped(task('build_instances', {}, { version: '1.99' })), '1.99'],
  ['is of another major version', 'compute-task', wrapped(task('build_instances', {}, { version: '2.0' })), '2.0'],
  ['names an unknown method', 'cell-cell1-conductor', wrapped(action({}, { method: 'object_dance' })), 'object_dance'],
  [
    'names an unknown object',
    'cell-cell1-conductor',
    wrapped(action({ objinst: { ...service, 'nova_object.name': 'Coffee' }, objmethod: 'save', args: [], kwargs: {} })),
    'Coffee',
  ],
  [
    'names an unknown method of an object',
    'cell-cell1-conductor',
    wrapped(action({ objinst: service, objmethod: 'dance', args: [], kwargs: {} })),
    'dance',
  ],
  ['is nested too deep', 'cell-cell1-conductor', wrapped(action({ objinst: deep(100) })), 'nested deeper'],
  ['is nested too deep', 'compute-task', wrapped(task('build_instances', { instances: deep(100) })), 'nested deeper'],
];

describe('a cast that cannot be carried out', () => {
  test.each(BAD)(
    'because it %s goes to the dead-letter queue of %s with reason and sender',
    async (_title, queue, body, reason) => {
      const { ends, queues, started } = await functions();

      const settled = await ends[queue]({ Records: [sqsRecord(body, 0, { sender: 'host:host1' })] });

      expect(settled).toMatchObject([{ status: 'fulfilled' }]);
      expect(queues.messages(`${queue}-dlq`)).toEqual([
        { body, attributes: { reason: expect.stringContaining(reason), sender: 'host:host1' } },
      ]);
      expect(started).toEqual([]);
    },
  );

  test('because it is larger than a message may be goes there as a pointer', async () => {
    const { ends, queues } = await functions();
    const body = wrapped(task('build_instances', { image: 'x'.repeat(1_048_576) }));

    const settled = await ends['compute-task'](sqsEvent([body]));

    expect(settled).toMatchObject([{ status: 'fulfilled' }]);
    expect(queues.messages('compute-task-dlq')).toMatchObject([
      { attributes: { reason: expect.stringContaining('1,048,576') } },
    ]);
  });

  test('does not hold up the others of its batch, which are done once', async () => {
    const { ends, queues, started } = await functions();
    const good = wrapped({ ...recordedMessage('schedule-and-build-instances') });

    const settled = await ends['compute-task'](sqsEvent(['{', good, wrapped(task('make_coffee', {}))]));

    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
    expect(started).toHaveLength(1);
    expect(queues.messages('compute-task-dlq')).toHaveLength(2);
  });
});

describe('a call that cannot be carried out', () => {
  const reply = { _msg_id: 'call-1', _reply_q: 'reply_1' };

  test.each([
    ['compute-task', task('make_coffee', {}, reply), 'NoSuchMethod'],
    ['compute-task', task('build_instances', {}, { ...reply, version: '2.0' }), 'UnsupportedVersion'],
    ['compute-task', task('build_instances', { instances: deep(100) }, reply), 'RuntimeError'],
    [
      'cell-cell1-conductor',
      action({ objinst: { ...service, 'nova_object.name': 'Coffee' }, objmethod: 'save', args: [], kwargs: {} }, reply),
      'UnsupportedObjectError',
    ],
    [
      'cell-cell1-conductor',
      action({ objinst: service, objmethod: 'dance', args: [], kwargs: {} }, reply),
      'AttributeError',
    ],
    [
      'cell-cell1-conductor',
      action({ objinst: { ...service, 'nova_object.version': '9.9' }, objmethod: 'save', args: [], kwargs: {} }, reply),
      'IncompatibleObjectVersion',
    ],
  ] as const)('on %s gets the error that Nova gives', async (queue, message, failure) => {
    const { ends, queues } = await functions();

    const settled = await ends[queue](sqsEvent([wrapped(message)]));

    expect(settled).toMatchObject([{ status: 'fulfilled' }]);
    expect(queues.messages(`${queue}-dlq`)).toEqual([]);
    const [answer] = queues.messages('reply_1').map(({ body }) => parseEnvelope(body));
    const reported: { class?: string } = JSON.parse(answer?.kind === 'reply' ? (answer.failure ?? '{}') : '{}');
    expect(reported.class).toBe(failure);
  });
});

/** Anything that JSON can say, and what trips readers up. */
const junk = fc.oneof(
  fc.json({ maxDepth: 3 }).map((text): Json => JSON.parse(text)),
  fc.constantFrom<Json>(
    null,
    '',
    {},
    [],
    -1,
    1e308,
    '__proto__',
    { 'nova_object.name': 'Instance' },
    [null],
    'nova_object.data',
  ),
);

/** A message with one of its parts replaced or removed; the path picks the part. */
function mutated(message: JsonMap, path: readonly number[], value: Json | undefined): JsonMap {
  const copy: JsonMap = structuredClone(message);
  let at: Json = copy;
  for (const [depth, pick] of path.entries()) {
    if (typeof at !== 'object' || at === null) break;
    const keys: string[] = Object.keys(at);
    const key = keys[pick % Math.max(1, keys.length)];
    if (key === undefined) break;
    const inner: Json | undefined = Array.isArray(at) ? at[Number(key)] : at[key];
    if (depth === path.length - 1 || typeof inner !== 'object' || inner === null) {
      if (Array.isArray(at)) at[Number(key)] = value ?? null;
      else if (value === undefined) delete at[key];
      else at[key] = value;
      break;
    }
    at = inner;
  }
  return copy;
}

const SOUND: Readonly<Record<(typeof QUEUES)[number], readonly JsonMap[]>> = {
  'compute-task': [recordedMessage('schedule-and-build-instances'), recordedMessage('reschedule-build-instances')],
  'cell-cell1-conductor': [
    action({ objinst: service, objmethod: 'save', args: [], kwargs: {} }),
    action(
      { objname: 'Instance', objmethod: 'get_by_uuid', object_versions: { Instance: '2.7' }, args: ['u'], kwargs: {} },
      { method: 'object_class_action_versions' },
    ),
    action({
      objinst: newObject('Instance', '2.7', { uuid: 'u', id: 1, host: null }),
      objmethod: 'destroy',
      args: [],
      kwargs: {},
    }),
    action({ objinst: service, object_versions: { Service: '1.0' } }, { method: 'object_backport_versions' }),
  ],
};

describe.each(QUEUES)('the function behind %s', (queue) => {
  test('takes many malformed messages and fails none of their batches', { timeout: 300_000 }, async () => {
    const { ends, queues } = await functions();
    const body = fc.oneof(
      { weight: 1, arbitrary: fc.string() },
      { weight: 1, arbitrary: junk.map((value) => JSON.stringify(value)) },
      {
        weight: 8,
        arbitrary: fc
          .tuple(
            fc.constantFrom(...SOUND[queue]),
            fc.array(fc.nat(50), { minLength: 1, maxLength: 8 }),
            fc.option(junk, { nil: undefined }),
          )
          .map(([message, path, value]) => wrapped(mutated(message, path, value))),
      },
    );
    const failed: string[] = [];
    let sent = 0;
    for (const bodies of fc.sample(fc.array(body, { minLength: 10, maxLength: 10 }), {
      numRuns: PROPERTY_RUNS / 10,
      seed: 7,
    })) {
      sent += bodies.length;
      const settled = await ends[queue](sqsEvent(bodies));
      for (const [at, outcome] of settled.entries())
        if (outcome.status === 'rejected') failed.push(`${String(outcome.reason)} for ${bodies[at]?.slice(0, 300)}`);
    }

    expect(sent).toBe(PROPERTY_RUNS);
    expect(failed.slice(0, 5)).toEqual([]);
    expect(queues.messages(`${queue}-dlq`).every(({ attributes }) => attributes?.['reason'] !== undefined)).toBe(true);
  });
});
