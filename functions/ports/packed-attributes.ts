import type { Key } from './tables.ts';

/**
 * Attributes of a server that are kept together in one, deflated. No condition of a write and no filter of a query can look at
 * them, but for those in `COMPARED`.
 *
 * The order is that in which they are packed. A name may be added at any place; one that is taken away is read where it was packed.
 */
export const PACKED_ATTRIBUTES = [
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
  'hidden',
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
] as const;

/** A packed attribute by its name. */
export type PackedAttribute = (typeof PACKED_ATTRIBUTES)[number];

const NAMES: ReadonlySet<string> = new Set(PACKED_ATTRIBUTES);

/** Whether an attribute of a server is packed. */
export const isPackedAttribute = (name: string): name is PackedAttribute => NAMES.has(name);

/** Packed attributes that conditions may be asked to equal a value, and where their digests are kept. */
export const COMPARED: Readonly<Record<string, string>> = { network_info: 'zn' };

/** Whether an item is a server, whose attributes are packed. */
export const isPackedItem = ({ pk, sk }: Key): boolean => sk === 'instance' && pk.startsWith('instance#');
