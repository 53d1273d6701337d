import { RpcCaller, type DirectWay } from '#client/rpc-caller';
import { registry } from '#objects/registry';
import { everyMethod } from '#object-rpc/registry';
import { hostContext } from '#local/fleet/object-proxy';
import type { Json, JsonMap } from '#ports/json';
import { providerKey } from '#placement/provider-item';
import { PLACEMENT } from '#records/keys';
import { directWay } from '#local/fleet/direct-way';
import { cellQueue } from '#ports/host-queue';
import { fieldsOf, mapOf } from '#wire/reading';
import { newObject } from '#wire/wire';
import { type BuildWorld, CELLS } from '../fixtures/build-world.ts';

const recordMethods = await everyMethod();

/** What an argument or a field of a name is in the calls below. */
const VALUES: Readonly<Record<string, Json>> = {
  action: 'create',
  action_id: 1,
  action_name: 'create',
  aggregate_id: 1,
  aggregate_uuid: '55555555-5555-4555-8555-555555555555',
  begin: '2026-11-22T00:00:00Z',
  binaries: ['nova-compute'],
  binary: 'nova-compute',
  cell_id: CELLS[0].uuid,
  compute_id: 1,
  confirm_window: 60,
  connection_info: '{}',
  console_type: 'novnc',
  dest_compute: 'host2',
  dev_addr: '0000:00:00.1',
  dev_id: 1,
  address: '0000:00:00.1',
  compute_node_id: 1,
  disabled: false,
  event_id: 1,
  event_name: 'compute__do_build_and_run_instance',
  event: 'compute__do_build_and_run_instance',
  expected_attrs: [],
  filters: {},
  flavor_id: '1',
  flavorid: 'm1.policies',
  destination_type: 'volume',
  source_type: 'volume',
  exclude: [],
  filter_window: 60,
  name: 'policies',
  host: 'host1',
  hosts: ['host1'],
  hv_type: 'QEMU',
  hypervisor_hostname: 'host1',
  hypervisor_match: 'host',
  id: 1,
  inst_id: 1,
  internal_access_path: null,
  is_public: true,
  key: 'zone',
  mapped_less_than: 2,
  memory_mb: 512,
  metadata: { zone: 'a' },
  migration_id: 1,
  migration_type: 'migration',
  node: 'host1',
  node_id: 1,
  nodename: 'host1',
  policy: 'affinity',
  port: 5900,
  project_id: 'p',
  reboot_window: 60,
  request_id: 'req-policies',
  resource: 'port',
  root_gb: 1,
  service_id: 1,
  source_compute: 'host1',
  status: 'accepted',
  tag: 'blue',
  tags: ['blue'],
  task_name: 'audit',
  period_beginning: '2026-11-22T00:00:00Z',
  period_ending: '2026-11-22T01:00:00Z',
  state: 'RUNNING',
  token: 'token',
  to_add: ['p'],
  to_delete: [],
  topic: 'compute',
  ttl: 60,
  updates: { zone: 'b' },
  user_id: 'alice',
  value: 'a',
  vcpus: 1,
  vm_state: ['active'],
  volume_id: '88888888-8888-4888-8888-888888888888',
  window: 60,
};

/** Values by the endings of their names; a uuid is that of the server. */
const valueOf = (name: string, server: string): Json | undefined => {
  if (name === 'members' || name === 'uuids' || name.endsWith('_uuids')) return [server];
  if (Object.hasOwn(VALUES, name)) return VALUES[name];
  return name.endsWith('uuid') || name === 'resource_id' ? server : undefined;
};

/** Calls every remotable method once by a way, about a server, with whatever arguments its signature needs. @param direct the way @default the queue */
export async function callEveryMethod(
  world: BuildWorld,
  queue: string,
  server: string,
  direct?: DirectWay,
): Promise<void> {
  const argumentsOf = (names: readonly string[]): JsonMap =>
    Object.fromEntries(
      names.flatMap((name) => {
        const value = valueOf(name, server);
        return value === undefined ? [] : [[name, value]];
      }),
    );
  const { clock, services } = world;
  const caller = new RpcCaller({ bus: world.world.bus, clock, ids: services.ids }, { timeoutSeconds: 5, direct });
  const context = {
    ...hostContext(services.ids, clock),
    project_id: 'p',
    user_id: 'alice',
    request_id: 'req-policies',
  };
  const ask = async (method: string, args: JsonMap): Promise<Json> => {
    const asked = caller.call({ queue, version: '3.0', method, args, context }).catch(() => null);
    return clock.runUntil(asked, 600_000).then(() => asked);
  };
  const object_versions = Object.fromEntries([...registry].map(([name, { version }]) => [name, version]));
  for (const [type, methods] of recordMethods) {
    for (const [objmethod, { schema }] of Object.entries(methods.class ?? {})) {
      const kwargs = argumentsOf(Object.keys(schema.entries));
      await ask('object_class_action_versions', { objname: type, objmethod, object_versions, args: [], kwargs });
    }
    const { version = '1.0', fieldNames = [] } = registry.get(type) ?? {};
    let sent = newObject(type, version, argumentsOf(fieldNames.filter((name) => name !== 'id')));
    for (const [objmethod, { schema }] of Object.entries(methods.instance ?? {})) {
      const kwargs = argumentsOf(Object.keys(schema.entries));
      const [updates] = [await ask('object_action', { objinst: sent, objmethod, args: [], kwargs })].flat();
      // What was created is saved and destroyed under the id that it was given.
      sent = { ...sent, 'nova_object.data': { ...fieldsOf(sent), ...known(mapOf(updates)) } };
    }
  }
}

/** Reports the server as a guest of host1, through the queue of its cell. */
export async function reportGuests({ world, clock, services }: BuildWorld, server: string): Promise<void> {
  const caller = new RpcCaller({ bus: world.bus, clock, ids: services.ids }, { principal: 'host:host1' });
  const context = hostContext(services.ids, clock);
  const args = { host: 'host1', guests: [server] };
  const queue = cellQueue('cell1');
  await caller.cast({ queue, namespace: 'hostapi', version: '1.0', method: 'report_guests', args, context });
  await clock.advance(10_000);
}

/** Lets host1 ask who may order it, and for whom a principal speaks, through the queue of its cell. */
export async function askForSenders({ world, clock, services }: BuildWorld, server: string): Promise<void> {
  const caller = new RpcCaller({ bus: world.bus, clock, ids: services.ids }, { principal: 'host:host1' });
  const context = hostContext(services.ids, clock);
  const asked = { queue: cellQueue('cell1'), namespace: 'hostapi', version: '1.1', context };
  const speaker = { host: 'host1', sender: 'host:host2' };
  await caller.cast({ ...asked, method: 'hosts_of_sender', args: speaker });
  for (const instance_uuid of [server, null]) {
    const args = { ...speaker, method: 'check_instance_shared_storage', instance_uuid };
    await caller.cast({ ...asked, method: 'may_order', args });
  }
  await clock.advance(10_000);
}

/** Lets host1 ask Placement for all that its compute asks it, through the queue of its cell and its function URL. */
export async function askPlacement({ world, clock, services }: BuildWorld, server: string): Promise<void> {
  const providers = await services.tables.query(PLACEMENT, { index: 'lookup', partition: 'host1', consistent: false });
  const [own = ''] = providers.items.map(({ pk }) => pk.slice(providerKey('').pk.length));
  const [below, at] = ['66666666-6666-4666-8666-666666666666', `/resource_providers/${own}`];
  const generation = { resource_provider_generation: 0 };
  const claim = { allocations: {}, project_id: 'p', user_id: 'alice', consumer_generation: null };
  const requests: readonly (readonly [method: string, path: string, body?: Json])[] = [
    ['PUT', '/traits/CUSTOM_A'],
    ['GET', '/traits'],
    ['PUT', '/resource_classes/CUSTOM_B'],
    ['GET', '/resource_classes'],
    ['GET', `/resource_providers?in_tree=${own}`],
    ['POST', '/resource_providers', { uuid: below, name: 'card', parent_provider_uuid: own }],
    ['PUT', `${at}/traits`, { ...generation, traits: ['CUSTOM_A'] }],
    ['PUT', `${at}/aggregates`, { ...generation, aggregates: [] }],
    ['PUT', `${at}/inventories`, { ...generation, inventories: { VCPU: { total: 8 } } }],
    ['GET', `${at}/allocations`],
    ['GET', `${at}/usages`],
    ['GET', `/allocations/${server}`],
    ['PUT', `/allocations/${server}`, claim],
    ['POST', '/allocations', { [server]: claim }],
    ['DELETE', `/resource_providers/${below}`],
    ['DELETE', `/allocations/${server}`],
  ];
  const context = hostContext(services.ids, clock);
  const call = { queue: cellQueue('cell1'), namespace: 'hostapi', version: '1.2', method: 'placement', context };
  for (const direct of [undefined, directWay(world.urls, 'host:host1')]) {
    const caller = new RpcCaller({ bus: world.bus, clock, ids: services.ids }, { principal: 'host:host1', direct });
    for (const [method, path, body = null] of requests) {
      const asked = caller.call({ ...call, args: { method, path, version: 'placement 1.36', body } });
      await clock.runUntil(asked, 600_000);
    }
  }
}

const known = (updates: JsonMap): JsonMap =>
  Object.fromEntries(Object.entries(updates).filter(([name]) => name === 'id' || name === 'uuid'));
