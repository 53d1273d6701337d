import { assemble } from '#assemble';
import { newObject } from '#wire/wire';
import { MemoryBlobs } from '#adapters/memory/blobs';
import { MemoryLog } from '#local/emulation/memory-log';
import { MemoryNotifier } from '#local/emulation/memory-notifier';
import { MemoryQueues } from '#adapters/memory/queues';
import { KeySealer } from '#local/emulation/key-sealer';
import { MemoryTables } from '#adapters/memory/tables';
import { SystemClock } from '#adapters/system/clock';
import { randomIds } from '#adapters/system/ids';
import { OBJECT_VERSIONS } from '#local/fleet/object-versions';
import { listObjects, textField } from '#local/fleet/order';
import { seedHost } from '#local/emulation/seed';
import { DEFAULTS } from '#ports/configuration';
import type { WireObject } from '#ports/json';
import type { Services } from '#ports/services';
import type { Tables } from '#ports/tables';
import { BuildWorld } from './build-world.ts';
import { actionCall, classCall, HOST, type ObjectCall, type ObjectCaller } from './object-calls.ts';
import { CELL, DEPLOYMENT, inMemory } from './worlds.ts';

const INSTANCES = 20;
const HOSTS = [HOST, ...Array.from({ length: 9 }, (_, at) => `host${at + 2}`)];
const THREE_ATTRIBUTES = ['system_metadata', 'flavor', 'info_cache'];

/** The calls in question, by the name of their figures; made anew for every message, which `at` counts. */
export type Calls = Readonly<Record<string, (at: number) => ObjectCall>>;

/**
 * Fills the tables with a host, its compute node and its servers, built in a world in memory; other hosts are mapped.
 */
export async function populate(services: Services): Promise<void> {
  const bench = inMemory(() => {});
  const world = await BuildWorld.boot(bench, 1);
  await world.untilCast(world.request(INSTANCES), INSTANCES);
  const builds = () => world.computes[0]?.received.length === INSTANCES;
  await world.until(builds);
  await bench.pass(Promise.all(world.computes.map((compute) => compute.idle())));
  const { tables: from } = bench.platform.adapters;
  if (!(from instanceof MemoryTables)) throw new Error('a world in memory has tables in memory');
  for (const [table, items] of Object.entries(from.dump()))
    for (const item of items) await services.tables.put(table, item);
  for (const host of HOSTS.slice(1)) await seedHost(services, CELL, host);
  await world.stop();
}

/** All ports over these tables; nobody waits for an execution. */
export function servicesOver(tables: Tables): Services {
  const clock = new SystemClock();
  return assemble({
    tables,
    clock,
    blobs: new MemoryBlobs(),
    config: { ...DEFAULTS, deployment: DEPLOYMENT },
    ids: randomIds,
    log: new MemoryLog(),
    notifier: new MemoryNotifier(),
    queues: new MemoryQueues({ clock }),
    sealer: new KeySealer(new Uint8Array(32)),
    executions: {
      start: () => Promise.resolve('started'),
      status: () => Promise.resolve(undefined),
      succeed: () => Promise.resolve(),
      fail: () => Promise.resolve(),
    },
  });
}

/** Makes the records that calls are about, and the calls. */
export async function callsOf(caller: ObjectCaller): Promise<Calls> {
  const kwargs = { expected_attrs: THREE_ATTRIBUTES };
  const list = await caller.object('InstanceList', 'get_by_host', [HOST], kwargs);
  const instances = listObjects(list);
  if (instances.length !== INSTANCES) throw new Error(`${instances.length} instances are on the host`);
  const services = [await caller.object('Service', 'get_by_compute_host', [HOST])];
  for (const host of HOSTS.slice(1)) {
    const fields = { host, binary: 'nova-compute', topic: 'compute', report_count: 0, version: 64 };
    services.push(await caller.after(newObject('Service', '1.22', fields), 'create', host));
  }
  const migrations: WireObject[] = [];
  for (const instance of instances.slice(0, 10)) {
    const fields = { source_compute: HOST, dest_compute: 'host2', source_node: HOST, dest_node: 'host2' };
    const instance_uuid = textField(instance, 'uuid');
    const migration = { ...fields, instance_uuid, migration_type: 'live-migration', status: 'accepted' };
    migrations.push(await caller.after(newObject('Migration', '1.7', migration), 'create'));
  }
  return {
    'Service.save': (at) => ({
      ...actionCall(one(services, at), 'save', { report_count: at + 1 }),
      host: HOSTS[at % HOSTS.length],
    }),
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

function one(of: readonly WireObject[], at: number): WireObject {
  const object = of[at % of.length];
  if (object === undefined) throw new Error('there is no object to call');
  return object;
}

/** Whether this is an even round through the objects: what is saved differs from what is there. */
const other = (of: readonly unknown[], at: number): boolean => Math.floor(at / of.length) % 2 === 1;
