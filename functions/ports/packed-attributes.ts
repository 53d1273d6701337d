import type { Key } from './tables.ts';

/**
 * Attributes of a server that are kept together in one, deflated. No condition of a write and no filter of a query can
 * look at them, but for those in `COMPARED`.
 *
 * The order is that in which they are packed. A name may be added at any place; one that is taken
 * away is read where it was packed.
 */
const SERVER_ATTRIBUTES = [
  'id',
  'user_id',
  'image_ref',
  'kernel_id',
  'ramdisk_id',
  'hostname',
  'launch_index',
  'key_name',
  'key_data',
  'root_gb',
  'ephemeral_gb',
  'ephemeral_key_uuid',
  'compute_id',
  'instance_type_id',
  'user_data',
  'reservation_id',
  'launched_at',
  'terminated_at',
  'availability_zone',
  'display_name',
  'display_description',
  'launched_on',
  'locked',
  'locked_by',
  'os_type',
  'architecture',
  'vm_mode',
  'uuid',
  'root_device_name',
  'default_ephemeral_device',
  'default_swap_device',
  'config_drive',
  'access_ip_v4',
  'access_ip_v6',
  'auto_disk_config',
  'progress',
  'shutdown_terminate',
  'disable_terminate',
  'cell_name',
  'created_at',
  'deleted_at',
  'metadata',
  'system_metadata',
  'security_groups',
  'keypairs',
  'network_info',
  'info_cache_created_at',
  'info_cache_updated_at',
  'numa_topology',
  'pci_requests',
  'device_metadata',
  'vcpu_model',
  'migration_context',
  'trusted_certs',
  'resources',
  'flavor',
  'old_flavor',
  'new_flavor',
  'ec2_ids',
];

/** The same of a compute node: what its resource tracker sends with every save lies beside them. */
const NODE_ATTRIBUTES = [
  'id',
  'uuid',
  'service_id',
  'host_ip',
  'hypervisor_type',
  'hypervisor_version',
  'vcpus',
  'memory_mb',
  'local_gb',
  'cpu_allocation_ratio',
  'ram_allocation_ratio',
  'disk_allocation_ratio',
  'mapped',
  'cpu_info',
  'supported_hv_specs',
  'numa_topology',
  'pci_device_pools',
  'created_at',
  'deleted_at',
];

const names = (of: readonly string[]): ReadonlySet<string> => new Set(of);
const [OF_INSTANCES, OF_NODES] = [names(SERVER_ATTRIBUTES), names(NODE_ATTRIBUTES)];

/** The attributes of an item that are packed, in their order; undefined for an item of a kind that is not packed. */
export function packedAttributes({ pk, sk }: Key): ReadonlySet<string> | undefined {
  if (sk === 'instance' && pk.startsWith('instance#')) return OF_INSTANCES;
  return sk === 'compute-node' ? OF_NODES : undefined;
}

/** Packed attributes of servers that conditions may be asked to equal a value, and where their digests are kept. */
export const COMPARED: Readonly<Record<string, string>> = { network_info: 'zn' };

const NONE: ReadonlySet<string> = new Set();

/** Attributes that are deflated each by itself, by the first part of the sort key. */
const DEFLATED: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['build-request', new Set(['instance', 'block_device_mappings', 'tags'])],
  ['request-spec', new Set(['spec'])],
  ['document', new Set(['sealed', 'image', 'reserved', 'selections', 'spec'])],
  ['server', new Set(['sealed', 'group', 'selections'])],
  ['compute-node', new Set(['stats'])],
]);

/** The attributes of an item that are deflated each by itself: conditions can only see whether there is one. */
export const deflatedAttributes = ({ sk }: Key): ReadonlySet<string> => DEFLATED.get(sk.split('#', 1)[0] ?? '') ?? NONE;
