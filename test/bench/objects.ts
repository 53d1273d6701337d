import { MemoryBlobs } from '#adapters/memory/blobs';
import { assemble } from '#assemble';
import { newObject } from '#client/wire';
import { MemoryLog } from '#adapters/memory/log';
import { MemoryNotifier } from '#adapters/memory/notifier';
import { MemoryQueues } from '#adapters/memory/queues';
import { KeySealer } from '#adapters/memory/sealer';
import { MemoryTables } from '#adapters/memory/tables';
import { SystemClock } from '#adapters/system/clock';
import { randomIds } from '#adapters/system/ids';
import { OBJECT_VERSIONS } from '#local/fleet/object-versions';
import { listObjects, textField } from '#local/fleet/order';
import { DEFAULTS } from '#ports/configuration';
import type { WireObject } from '#ports/json';
import type { Services } from '#ports/services';
import type { Tables } from '#ports/tables';
import { BuildWorld } from './build-world.ts';
import { costOf, median, RequestCounter } from './measure.ts';
import { actionCall, classCall, HOST, ObjectCaller, type ObjectCall } from './object-calls.ts';
import { callFigures, origin } from './original.ts';
import { missedAim, ratio, type Cell, type Report } from './report.ts';
import { DEPLOYMENT, emulatedTables, inMemory } from './worlds.ts';

const INSTANCES = 20;
const THREE_ATTRIBUTES = ['system_metadata', 'flavor', 'info_cache'];

/** Calls before anything counts, and rounds of calls of which the middle one counts. */
const ROUNDS = 5;
const CALLS_PER_ROUND = 100;
const LISTS_PER_ROUND = 30;

/** The calls in question, made anew for every message: `at` counts them. */
type Calls = Readonly<Record<string, (at: number) => ObjectCall>>;

/** Object calls against the DynamoDB emulator under the real SDK. */
export async function objects(say: (text: string) => void): Promise<Report> {
  const counter = new RequestCounter();
  const { tables, stop } = await emulatedTables(counter.onRequest);
  try {
    await populate(tables);
    const caller = new ObjectCaller(servicesOver(tables));
    const calls = await callsOf(caller);
    const rows: Cell[][] = [];
    const missed: string[] = [];
    for (const [name, call] of Object.entries(calls)) {
      say(name);
      const figures = callFigures(name);
      const perRound = name.startsWith('InstanceList') ? LISTS_PER_ROUND : CALLS_PER_ROUND;
      await measured(caller, counter, call, 1, perRound);
      const one = await measured(caller, counter, call, 1, perRound);
      const ten = await measured(caller, counter, call, 10, perRound);
      const { cpuMs, sql, aimCpuMs, aimRequests } = figures;
      rows.push([
        name,
        cpuMs,
        one.cpuMs,
        ratio(cpuMs, one.cpuMs),
        ten.cpuMs,
        aimCpuMs,
        one.perSecond,
        ten.perSecond,
        sql,
        one.requests,
        aimRequests,
        ten.replyBatches,
      ]);
      missed.push(
        ...missedAim(`${name}, one a batch`, one.cpuMs, aimCpuMs, 'ms of processor time'),
        ...missedAim(name, Math.floor(one.requests), aimRequests, 'DynamoDB requests'),
      );
    }
    return { part: 'objects', missed, tables: [{ title: 'Object calls', columns: COLUMNS, rows, notes: NOTES }] };
  } finally {
    await stop();
  }
}

const COLUMNS = [
  'call',
  'nova CPU ms',
  'CPU ms',
  'ratio',
  'CPU ms of 10',
  'aim CPU ms',
  'calls/s',
  'calls/s of 10',
  'nova SQL',
  'requests',
  'aim',
  'reply batches of 10',
];

const NOTES = [
  `nova: ${origin}`,
  'CPU: of the process that runs the object function: envelope, objects, records, the SDK for DynamoDB. Not in it: the',
  'emulator (a process of its own), the building of the messages, and sending replies, which are counted and kept.',
  '"of 10": events of ten records; figures are per call. One request in some seconds is the pulse of the cell.',
];

/** Fills the tables with a host, its compute node and its servers, built in a world in memory. */
async function populate(tables: Tables): Promise<void> {
  const bench = inMemory(() => {});
  const world = await BuildWorld.boot(bench, 1);
  await world.untilCast(world.request(INSTANCES), INSTANCES);
  const builds = () => world.computes[0]?.received.length === INSTANCES;
  await world.until(builds);
  await bench.pass(Promise.all(world.computes.map((compute) => compute.idle())));
  const { tables: from } = bench.ground.adapters;
  if (!(from instanceof MemoryTables)) throw new Error('a world in memory has tables in memory');
  for (const [table, items] of Object.entries(from.dump())) for (const item of items) await tables.put(table, item);
  await world.stop();
}

function servicesOver(tables: Tables): Services {
  const clock = new SystemClock();
  return assemble({
    tables,
    clock,
    config: { ...DEFAULTS, deployment: DEPLOYMENT },
    ids: randomIds,
    log: new MemoryLog(),
    notifier: new MemoryNotifier(),
    queues: new MemoryQueues({ clock }),
    sealer: new KeySealer(new Uint8Array(32)),
    blobs: new MemoryBlobs(),
    executions: {
      start: () => Promise.resolve('started'),
      status: () => Promise.resolve(undefined),
      succeed: () => Promise.resolve(),
      fail: () => Promise.resolve(),
    },
  });
}

/** Makes the records that calls are about, and the calls. */
async function callsOf(caller: ObjectCaller): Promise<Calls> {
  const kwargs = { expected_attrs: THREE_ATTRIBUTES };
  const list = await caller.object('InstanceList', 'get_by_host', [HOST], kwargs);
  const instances = listObjects(list);
  if (instances.length !== INSTANCES) throw new Error(`${instances.length} instances are on the host`);
  const services = [await caller.object('Service', 'get_by_compute_host', [HOST])];
  while (services.length < 10) {
    const fields = { host: `host${services.length + 1}`, binary: 'nova-compute', topic: 'compute', report_count: 0 };
    services.push(await caller.after(newObject('Service', '1.22', { ...fields, version: 64 }), 'create'));
  }
  const migrations: WireObject[] = [];
  for (const instance of instances.slice(0, 10)) {
    const fields = { source_compute: HOST, dest_compute: 'host2', source_node: HOST, dest_node: 'host2' };
    const instance_uuid = textField(instance, 'uuid');
    const migration = { ...fields, instance_uuid, migration_type: 'live-migration', status: 'accepted' };
    migrations.push(await caller.after(newObject('Migration', '1.7', migration), 'create'));
  }
  const one = (of: readonly WireObject[], at: number): WireObject => {
    const object = of[at % of.length];
    if (object === undefined) throw new Error('there is no object to call');
    return object;
  };
  const other = (of: readonly unknown[], at: number): boolean => Math.floor(at / of.length) % 2 === 1;
  return {
    'Service.save': (at) => actionCall(one(services, at), 'save', { report_count: at + 1 }),
    'Instance.get_by_uuid': (at) =>
      classCall('Instance', 'get_by_uuid', [textField(one(instances, at), 'uuid')], kwargs),
    'Instance.save': (at) => {
      const task_state = other(instances, at) ? 'image_uploading' : 'image_snapshot';
      const save = { expected_task_state: ['image_uploading', 'image_snapshot', null], expected_vm_state: null };
      return actionCall(one(instances, at), 'save', { task_state }, { ...save, admin_state_reset: false });
    },
    'InstanceList.get_by_host': () => classCall('InstanceList', 'get_by_host', [HOST]),
    'InstanceList.get_by_host with three attributes': () => classCall('InstanceList', 'get_by_host', [HOST], kwargs),
    'Migration.save': (at) =>
      actionCall(one(migrations, at), 'save', { status: other(migrations, at) ? 'preparing' : 'running' }),
    object_backport_versions: (at) => ({
      method: 'object_backport_versions',
      args: { objinst: one(instances, at), object_versions: { ...OBJECT_VERSIONS['Instance'], Instance: '2.6' } },
    }),
  };
}

interface Measured {
  readonly cpuMs: number;
  readonly perSecond: number;
  readonly requests: number;
  readonly replyBatches: number;
}

/** The middle of some rounds; messages are made beforehand and never sent twice. */
async function measured(
  caller: ObjectCaller,
  counter: RequestCounter,
  call: (at: number) => ObjectCall,
  batch: number,
  perRound: number,
): Promise<Measured> {
  const calls = perRound * ROUNDS;
  const rounds: { cpuMs: number; wallMs: number }[] = [];
  let at = 0;
  let requests = 0;
  const batchesBefore = caller.replies.batches;
  for (let round = 0; round < ROUNDS; round++) {
    const events = Array.from({ length: perRound / batch }, () =>
      caller.event(Array.from({ length: batch }, () => call(at++))),
    );
    counter.take();
    rounds.push(
      await costOf(async () => {
        for (const event of events) await caller.handle(event);
      }),
    );
    requests += counter.take();
  }
  return {
    cpuMs: median(rounds.map(({ cpuMs }) => cpuMs)) / perRound,
    perSecond: (1000 * perRound) / median(rounds.map(({ wallMs }) => wallMs)),
    requests: Number((requests / calls).toFixed(2)),
    replyBatches: (caller.replies.batches - batchesBefore) / (calls / batch),
  };
}
