import { isWireObject, newObject } from '#wire/wire';
import { ComputeHostNotFound, NovaError } from '#errors';
import type { Clock } from '#ports/clock';
import type { RequestContext } from '#ports/context';
import type { Json, WireObject } from '#ports/json';
import type { ObjectProxy } from './object-proxy.ts';
import { listObjects, numberField, textField } from './order.ts';
import { ResourceTracker, type Capacity } from './resource-tracker.ts';
import { deleteInstance, destroyInstance, type Deletion } from './terminate.ts';

/** A host that is about to say that it is there. */
export interface NewHost {
  readonly host: string;
  readonly capacity: Capacity;
  readonly proxy: ObjectProxy;
  readonly clock: Clock;
  readonly context: RequestContext;
  /** Called with what went wrong without keeping the host from starting. */
  readonly trouble: (what: string, error: unknown) => void;
}

/** A host that everybody knows of. */
export interface Registered {
  readonly service: WireObject;
  readonly tracker: ResourceTracker;
  /** The servers that it lets run again. */
  readonly running: readonly string[];
}

/** What release 26 says it is (column `version` of its service). */
const SERVICE_VERSION = 64;

const INSTANCE_ATTRIBUTES = ['info_cache', 'metadata', 'numa_topology'];
const TRACKED_ATTRIBUTES = ['system_metadata', 'numa_topology', 'flavor', 'migration_context', 'resources'];

/**
 * Says that a compute host is there, with the calls of a nova-compute that starts, in their order.
 *
 * A server that was being built here when the host last died is set to error, and one that was being deleted is
 * deleted, as nova-compute does at its start (ComputeManager `_init_instance`).
 */
export async function register(newHost: NewHost): Promise<Registered> {
  const { host, proxy, context } = newHost;
  await proxy.ping(context);
  const attributes = { expected_attrs: [...INSTANCE_ATTRIBUTES] };
  const instances = listObjects(await proxy.classAction(context, 'InstanceList', 'get_by_host', [host], attributes));
  await findNode(newHost);
  const evacuated = {
    source_compute: host,
    status: ['accepted', 'pre-migrating', 'done'],
    migration_type: 'evacuation',
  };
  const reading = { ...context, read_deleted: 'yes' } as const;
  const gone = listObjects(await proxy.classAction(reading, 'MigrationList', 'get_by_filters', [evacuated]));
  const remaining: WireObject[] = [];
  for (const instance of instances) if (!(await endDeletion(newHost, instance))) remaining.push(instance);
  for (const instance of remaining) await endInterruptedBuild(newHost, instance);

  const service = await findOrCreateService(newHost);
  await unlessHostNotFound(
    proxy.classAction(context, 'ComputeNodeList', 'get_all_by_host', [host], { use_slave: true }),
  );
  const node = (await findNode(newHost)) ?? (await createNode(newHost));
  await proxy.classAction(context, 'PciDeviceList', 'get_by_compute_node', [numberField(node, 'id')]);
  const tracked = { expected_attrs: [...TRACKED_ATTRIBUTES] };
  const here = await proxy.classAction(context, 'InstanceList', 'get_by_host_and_node', [host, host], tracked);
  await proxy.classAction(context, 'MigrationList', 'get_in_progress_and_error', [host, host]);
  const tracker = new ResourceTracker(proxy, context, node, newHost.capacity);
  await tracker.begin(listObjects(here));
  await proxy.classAction(context, 'Service', 'get_by_compute_host', [host]);
  const away = new Set(gone.map((migration) => textField(migration, 'instance_uuid')));
  const running = remaining
    .filter((instance) => textField(instance, 'vm_state') === 'active' && !isShutDown(instance))
    .map((instance) => textField(instance, 'uuid'))
    .filter((uuid) => !away.has(uuid));
  return { service, tracker, running };
}

/** Power state 4: a guest that was stopped before it left for another cell. */
const isShutDown = (instance: WireObject): boolean => instance['nova_object.data']['power_state'] === 4;

async function findNode({ proxy, context, host }: NewHost): Promise<WireObject | undefined> {
  const found = proxy.classAction(context, 'ComputeNode', 'get_by_host_and_nodename', [host, host]);
  const node = await unlessHostNotFound(found);
  return isWireObject(node) ? node : undefined;
}

async function findOrCreateService({ proxy, context, host }: NewHost): Promise<WireObject> {
  const found = await proxy.classAction(context, 'Service', 'get_by_host_and_binary', [host, 'nova-compute']);
  if (isWireObject(found)) return found;
  const fields = { host, binary: 'nova-compute', topic: 'compute', report_count: 0, version: SERVICE_VERSION };
  return proxy.action(context, newObject('Service', '1.22', fields), 'create');
}

function createNode({ proxy, context, host, capacity }: NewHost): Promise<WireObject> {
  const node = newObject('ComputeNode', '1.19', {
    host,
    vcpus: capacity.vcpus,
    memory_mb: capacity.memoryMb,
    local_gb: capacity.diskGb,
    vcpus_used: 0,
    memory_mb_used: 0,
    local_gb_used: 0,
    hypervisor_type: 'fake',
    hypervisor_version: 1000,
    hypervisor_hostname: host,
    cpu_info: CPU_INFO,
    disk_available_least: 0,
    stats: { failed_builds: '0' },
    host_ip: '192.0.2.2',
    numa_topology: null,
    supported_hv_specs: [newObject('HVSpec', '1.2', { arch: 'x86_64', hv_type: 'fake', vm_mode: 'hvm' })],
    cpu_allocation_ratio: 16.0,
    ram_allocation_ratio: 1.5,
    disk_allocation_ratio: 1.0,
  });
  return proxy.action(context, node, 'create');
}

/** Whether the server was being deleted here when the host last died: then the deletion is seen to its end. */
async function endDeletion({ host, proxy, context, clock, trouble }: NewHost, instance: WireObject): Promise<boolean> {
  const deletion: Deletion = { host, proxy, context, clock, instance, release: async () => undefined };
  const isDeleted = textField(instance, 'vm_state') === 'deleted';
  if (!isDeleted && textField(instance, 'task_state') !== 'deleting') return false;
  try {
    await (isDeleted ? destroyInstance(deletion) : deleteInstance(deletion));
  } catch (error) {
    trouble(`ending the deletion of ${textField(instance, 'uuid')}`, error);
    if (!isDeleted && error instanceof NovaError) await proxy.action(context, instance, 'save', { vm_state: 'error' });
  }
  return true;
}

async function endInterruptedBuild({ proxy, context, trouble }: NewHost, instance: WireObject): Promise<void> {
  if (textField(instance, 'vm_state') !== 'building') return;
  try {
    await proxy.action(context, instance, 'save', { vm_state: 'error', task_state: null });
  } catch (error) {
    trouble(`ending the interrupted build of ${textField(instance, 'uuid')}`, error);
  }
}

async function unlessHostNotFound(call: Promise<Json>): Promise<Json> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ComputeHostNotFound) return null;
    throw error;
  }
}

const CPU_INFO =
  '{"arch": "x86_64", "model": "Nehalem", "vendor": "Intel", "features": ["pge", "clflush"], ' +
  '"topology": {"cores": 1, "threads": 1, "sockets": 4}}';
