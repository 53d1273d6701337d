import { hostContext } from '#local/fleet/object-proxy';
import { OBJECT_VERSIONS } from '#local/fleet/object-versions';
import { listObjects, textField } from '#local/fleet/order';
import type { Json, JsonMap, WireObject } from '#ports/json';
import { isWireObject, newObject, setFields } from '#wire/wire';
import { CountingWorld, SOURCE } from '../fixtures/counting/counting-world.ts';
import type { Consumption } from './consumption.ts';

/** Servers on the host whose calls are counted. */
export const SERVERS_ON_HOST = 20;

const EVENT = 'compute__do_build_and_run_instance';
const TRACKED = ['system_metadata', 'numa_topology', 'flavor', 'migration_context', 'resources'];

/** Of objects that no host of the demo reads. */
const VERSIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  TaskLog: { TaskLog: '1.0' },
  VirtualInterfaceList: { VirtualInterfaceList: '1.0', VirtualInterface: '1.3' },
};

/** One call of a host, as `TYPE.method`, and how to make it. */
interface HostCall {
  readonly name: string;
  readonly make: (host: HostCalls) => Promise<unknown>;
}

/** The calls of one host in a world that counts, and the objects that it has in hand. */
class HostCalls {
  readonly #world: CountingWorld;
  readonly #objects = new Map<string, WireObject>();

  private constructor(world: CountingWorld) {
    this.#world = world;
  }

  static async boot(directCalls: boolean): Promise<HostCalls> {
    const world = await CountingWorld.boot({ vcpus: 64, directCalls });
    await world.build(SERVERS_ON_HOST);
    const host = new HostCalls(world);
    await host.#take();
    return host;
  }

  async count(call: HostCall): Promise<Consumption> {
    const { consumed } = await this.#world.count('end', () => call.make(this));
    return consumed;
  }

  read(name: string, method: string, args: Json[], kwargs: JsonMap = {}): Promise<Json> {
    const { client, world } = this.#world;
    const context = hostContext(world.services.ids, world.clock);
    const versions = { ...(VERSIONS[name] ?? OBJECT_VERSIONS[name]) };
    return client.objectClassAction(context, name, method, versions, args, kwargs, { cell: 'cell1' });
  }

  async act(name: string, method: string, fields: JsonMap): Promise<void> {
    const { client, world } = this.#world;
    const context = hostContext(world.services.ids, world.clock);
    const object = setFields(this.#object(name), fields);
    const { object: after } = await client.objectAction(context, object, method, {}, { cell: 'cell1' });
    this.#objects.set(name, after);
  }

  get server(): string {
    return textField(this.#object('Instance'), 'uuid');
  }

  #object(name: string): WireObject {
    const object = this.#objects.get(name);
    if (object === undefined) throw new Error(`the host has no ${name}`);
    return object;
  }

  /** Reads what a nova-compute has in hand once it runs. */
  async #take(): Promise<void> {
    const keep = async (name: string, method: string, args: Json[]): Promise<void> => {
      const reading = this.read(name, method, args);
      await this.#world.done(reading);
      const object = await reading;
      if (isWireObject(object)) this.#objects.set(name, object);
    };
    const listing = this.read('InstanceList', 'get_by_host', [SOURCE]);
    await this.#world.done(listing);
    const [server] = listObjects(await listing);
    if (server !== undefined) this.#objects.set('Instance', server);
    await keep('Service', 'get_by_host_and_binary', [SOURCE, 'nova-compute']);
    await keep('ComputeNode', 'get_by_host_and_nodename', [SOURCE, SOURCE]);
    const cache = newObject('InstanceInfoCache', '1.5', { instance_uuid: this.server, network_info: '[]' });
    this.#objects.set('InstanceInfoCache', { ...cache, 'nova_object.changes': [] });
    const migration = newObject('Migration', '1.7', {
      instance_uuid: this.server,
      migration_type: 'migration',
      status: 'accepted',
      source_compute: SOURCE,
      source_node: SOURCE,
      dest_compute: 'host2',
      dest_node: 'host2',
    });
    this.#objects.set('Migration', migration);
    await this.#world.done(this.act('Migration', 'create', {}));
    // What is read once and remembered is paid for by the first call of its kind.
    await this.#world.done(this.act('Service', 'save', { report_count: 1 }));
  }
}

const reading = (name: string, method: string, args: (host: HostCalls) => Json[], kwargs: JsonMap = {}): HostCall => ({
  name: `${name}.${method}`,
  make: (host) => host.read(name, method, args(host), kwargs),
});

const acting = (name: string, method: string, fields: JsonMap, note = ''): HostCall => ({
  name: `${name}.${method}${note}`,
  make: (host) => host.act(name, method, fields),
});

/** Fields that the resource tracker sends with each save, whatever has changed. */
const TRACKER_FIELDS = {
  current_workload: 0,
  memory_mb_used: 512,
  local_gb_used: 0,
  free_ram_mb: 7680,
  free_disk_gb: 1028,
  metrics: '[]',
} as const;

const NETWORK = [{ id: 'port', address: 'fa:16:3e:00:00:01', type: 'ovs', details: {}, active: true }];
const NETWORKS = { network_info: JSON.stringify(NETWORK) } as const;

/** Saves that a host makes of what it has in hand. */
const SAVES: readonly HostCall[] = [
  acting('Instance', 'save', { task_state: 'powering-off' }),
  acting('InstanceInfoCache', 'save', NETWORKS),
  acting('ComputeNode', 'save', { ...TRACKER_FIELDS, current_workload: 1 }, ', first'),
  acting('ComputeNode', 'save', TRACKER_FIELDS, ', facts unchanged'),
  acting('Migration', 'save', { status: 'migrating' }),
  reading('InstanceActionEvent', 'event_start', ({ server }) => [server, EVENT], { want_result: false, host: SOURCE }),
  reading('InstanceActionEvent', 'event_finish_with_failure', ({ server }) => [server, EVENT], {
    exc_val: null,
    exc_tb: null,
    want_result: false,
  }),
];

/** A call of the periodic tasks of a nova-compute, and how often a minute it is made, as recorded. */
interface PeriodicCall {
  readonly call: HostCall;
  readonly aMinute: number;
}

const once = (call: HostCall): PeriodicCall => ({ call, aMinute: 1 });
const HEALED = { use_slave: true, expected_attrs: [] } as const;

/**
 * What the periodic tasks of a nova-compute ask and say in a minute, beside its heartbeats: the resource tracker,
 * unfinished builds, power states, the network of one of its servers, the audit of usage.
 */
const PERIODIC: readonly PeriodicCall[] = [
  once(reading('ComputeNodeList', 'get_all_by_host', () => [SOURCE], { use_slave: true })),
  once(
    reading('InstanceList', 'get_by_host_and_node', () => [SOURCE, SOURCE], {
      expected_attrs: [...TRACKED],
    }),
  ),
  once(reading('MigrationList', 'get_in_progress_and_error', () => [SOURCE, SOURCE])),
  once(reading('Service', 'get_by_compute_host', () => [SOURCE])),
  once(
    reading('InstanceList', 'get_by_filters', () => [{ vm_state: 'building', host: SOURCE }], {
      expected_attrs: [],
      use_slave: true,
    }),
  ),
  once(reading('InstanceList', 'get_by_host', () => [SOURCE], { ...HEALED, expected_attrs: [] })),
  once(reading('Instance', 'get_by_uuid', ({ server }) => [server], { expected_attrs: ['info_cache'] })),
  once(acting('InstanceInfoCache', 'refresh', {})),
  once(reading('VirtualInterfaceList', 'get_by_instance_uuid', ({ server }) => [server])),
  once(
    reading('TaskLog', 'get', () => [
      'instance_usage_audit',
      '2026-10-01T00:00:00.000000',
      '2026-11-01T00:00:00.000000',
      SOURCE,
    ]),
  ),
  // Of the recorded saves that follow another of the same server, 302 of 316 say the same again.
  { call: acting('InstanceInfoCache', 'save', NETWORKS, ', networks unchanged'), aMinute: 14 / 30 },
  { call: acting('ComputeNode', 'save', TRACKER_FIELDS), aMinute: 1 / 2 },
];

/** What was counted for a call. */
export interface CountedCall {
  readonly name: string;
  readonly aMinute: number;
  readonly consumed: Consumption;
}

/**
 * Counts each save, then each periodic call, of a host with 20 servers that speaks by the queue or by the function URL.
 */
export async function countCalls(
  directCalls = false,
): Promise<{ readonly saves: CountedCall[]; readonly periodic: CountedCall[] }> {
  const host = await HostCalls.boot(directCalls);
  const counted = async (call: HostCall, aMinute: number): Promise<CountedCall> => ({
    name: call.name,
    aMinute,
    consumed: await host.count(call),
  });
  const saves: CountedCall[] = [];
  const periodic: CountedCall[] = [];
  for (const call of SAVES) saves.push(await counted(call, 0));
  for (const { call, aMinute } of PERIODIC) periodic.push(await counted(call, aMinute));
  return { saves, periodic };
}
