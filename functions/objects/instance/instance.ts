import { dictOf, object } from '#objects/versioned/containers';
import { EC2Ids } from './ec2-ids.ts';
import { nullable, withDefault } from '#objects/versioned/field';
import { boolean, dateTime, integer, ipAddress, string, uuid } from '#objects/versioned/fields';
import { Flavor } from '#objects/api/flavor';
import { InstanceDeviceMetadata } from '#objects/device/instance-device-metadata';
import { InstanceFault } from './instance-fault.ts';
import { InstanceInfoCache } from './instance-info-cache.ts';
import { InstanceNUMATopology } from '#objects/numa/instance-numa-topology';
import { InstancePCIRequests } from '#objects/pci/instance-pci-requests';
import { KeyPairList } from '#objects/api/key-pair';
import { MigrationContext } from '#objects/migration/migration-context';
import { defineList, defineObject } from '#objects/versioned/object-type';
import { PciDeviceList } from '#objects/pci/pci-device';
import { persistent } from '#objects/versioned/persistent';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';
import { ResourceList } from '#objects/device/resource';
import { SecurityGroupList } from '#objects/api/security-group';
import { ServiceList } from '#objects/compute/service';
import { TagList } from './tag.ts';
import { TrustedCerts } from './trusted-certs.ts';
import { VirtCPUModel } from '#objects/cpu/virt-cpu-model';

/** A server as its cell knows it. */
export const Instance = defineObject({
  name: 'Instance',
  version: '2.8',
  // 2.0 first
  // 2.1 adds services
  // 2.2 adds keypairs
  // 2.3 adds device_metadata
  // 2.4 adds trusted_certs
  // 2.5 destroy takes hard_delete
  // 2.6 adds hidden
  // 2.7 adds resources
  // 2.8 adds compute_id
  fields: {
    id: integer(),
    user_id: nullable(string()),
    project_id: nullable(string()),
    image_ref: nullable(string()),
    kernel_id: nullable(string()),
    ramdisk_id: nullable(string()),
    hostname: nullable(string()),
    launch_index: nullable(integer()),
    key_name: nullable(string()),
    key_data: nullable(string()),
    power_state: nullable(integer()),
    vm_state: nullable(string()),
    task_state: nullable(string()),
    services: object(ServiceList),
    memory_mb: nullable(integer()),
    vcpus: nullable(integer()),
    root_gb: nullable(integer()),
    ephemeral_gb: nullable(integer()),
    ephemeral_key_uuid: nullable(uuid()),
    host: nullable(string()),
    node: nullable(string()),
    compute_id: nullable(integer()),
    instance_type_id: nullable(integer()),
    user_data: nullable(string()),
    reservation_id: nullable(string()),
    launched_at: nullable(dateTime()),
    terminated_at: nullable(dateTime()),
    availability_zone: nullable(string()),
    display_name: nullable(string()),
    display_description: nullable(string()),
    launched_on: nullable(string()),
    locked: withDefault(boolean(), false),
    locked_by: nullable(string()),
    os_type: nullable(string()),
    architecture: nullable(string()),
    vm_mode: nullable(string()),
    uuid: uuid(),
    root_device_name: nullable(string()),
    default_ephemeral_device: nullable(string()),
    default_swap_device: nullable(string()),
    config_drive: nullable(string()),
    access_ip_v4: nullable(ipAddress(4)),
    access_ip_v6: nullable(ipAddress(6)),
    auto_disk_config: withDefault(boolean(), false),
    progress: nullable(integer()),
    shutdown_terminate: withDefault(boolean(), false),
    disable_terminate: withDefault(boolean(), false),
    cell_name: nullable(string()),
    metadata: dictOf(string()),
    system_metadata: dictOf(nullable(string())),
    info_cache: nullable(object(InstanceInfoCache)),
    security_groups: object(SecurityGroupList),
    fault: nullable(object(InstanceFault)),
    cleaned: withDefault(boolean(), false),
    pci_devices: nullable(object(PciDeviceList)),
    numa_topology: nullable(object(InstanceNUMATopology)),
    pci_requests: nullable(object(InstancePCIRequests)),
    device_metadata: nullable(object(InstanceDeviceMetadata)),
    tags: object(TagList),
    flavor: object(Flavor),
    old_flavor: nullable(object(Flavor)),
    new_flavor: nullable(object(Flavor)),
    vcpu_model: nullable(object(VirtCPUModel)),
    ec2_ids: object(EC2Ids),
    migration_context: nullable(object(MigrationContext)),
    keypairs: object(KeyPairList),
    trusted_certs: nullable(object(TrustedCerts)),
    hidden: withDefault(boolean(), false),
    resources: nullable(object(ResourceList)),
    ...persistent,
  },
  tracked: ['metadata', 'system_metadata'],
  lazy: [
    'services',
    'metadata',
    'system_metadata',
    'info_cache',
    'security_groups',
    'fault',
    'pci_devices',
    'numa_topology',
    'pci_requests',
    'device_metadata',
    'tags',
    'flavor',
    'old_flavor',
    'new_flavor',
    'vcpu_model',
    'ec2_ids',
    'migration_context',
    'keypairs',
    'trusted_certs',
    'resources',
  ],
  drops: {
    '2.1': ['services'],
    '2.2': ['keypairs'],
    '2.3': ['device_metadata'],
    '2.4': ['trusted_certs'],
    '2.6': ['hidden'],
    '2.7': ['resources'],
    '2.8': ['compute_id'],
  },
  remotable: {
    create: instanceMethod(),
    delete_metadata_key: instanceMethod(['key']),
    destroy: instanceMethod([], { hard_delete: false }),
    drop_migration_context: instanceMethod(),
    get_by_id: classMethod(['inst_id'], { expected_attrs: null }),
    get_by_uuid: classMethod(['uuid'], { expected_attrs: null, use_slave: false }),
    refresh: instanceMethod([], { use_slave: false }),
    save: instanceMethod([], { expected_vm_state: null, expected_task_state: null, admin_state_reset: false }),
  },
});

/** A list of Instance. */
export const InstanceList = defineList({
  name: 'InstanceList',
  version: '2.6',
  // 2.0 first
  // 2.1 adds get_uuids_by_host
  // 2.2 get_active_by_window_joined is paged
  // 2.3 adds get_count_by_vm_state
  // 2.4 adds get_counts
  // 2.5 adds get_uuids_by_host_and_node
  // 2.6 adds get_uuids_by_hosts
  of: Instance,
  remotable: {
    _get_active_by_window_joined: classMethod(['begin'], {
      end: null,
      project_id: null,
      host: null,
      expected_attrs: null,
      use_slave: false,
      limit: null,
      marker: null,
    }),
    get_all: classMethod([], { expected_attrs: null }),
    get_by_filters: classMethod(['filters'], {
      sort_key: 'created_at',
      sort_dir: 'desc',
      limit: null,
      marker: null,
      expected_attrs: null,
      use_slave: false,
      sort_keys: null,
      sort_dirs: null,
    }),
    get_by_grantee_security_group_ids: classMethod(['security_group_ids']),
    get_by_host: classMethod(['host'], { expected_attrs: null, use_slave: false }),
    get_by_host_and_node: classMethod(['host', 'node'], { expected_attrs: null }),
    get_by_host_and_not_type: classMethod(['host'], { type_id: null, expected_attrs: null }),
    get_by_security_group_id: classMethod(['security_group_id']),
    get_count_by_vm_state: classMethod(['project_id', 'user_id', 'vm_state']),
    get_counts: classMethod(['project_id'], { user_id: null }),
    get_hung_in_rebooting: classMethod(['reboot_window'], { expected_attrs: null }),
    get_uuids_by_host: classMethod(['host']),
    get_uuids_by_host_and_node: classMethod(['host', 'node']),
    get_uuids_by_hosts: classMethod(['hosts']),
  },
});
