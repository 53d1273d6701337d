import { dictOf, listOf, object } from '#objects/versioned/containers';
import { nullable, readOnly } from '#objects/versioned/field';
import { float, integer, ipAddress, string, uuid } from '#objects/versioned/fields';
import { HVSpec } from './hv-spec.ts';
import { defineList, defineObject } from '#objects/versioned/object-type';
import { PciDevicePoolList } from '#objects/pci/pci-device-pool';
import { persistent } from '#objects/versioned/persistent';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';

/** A node that runs servers, with what it has and what is used. */
export const ComputeNode = defineObject({
  name: 'ComputeNode',
  version: '1.19',
  // 1.0 first
  // 1.1 adds get_by_service_id
  // 1.2 texts may be any Unicode
  // 1.3 adds stats
  // 1.4 adds host_ip
  // 1.5 adds numa_topology
  // 1.6 adds supported_hv_specs
  // 1.7 adds host
  // 1.8 adds get_by_host_and_nodename
  // 1.9 adds pci_device_pools
  // 1.10 adds get_first_node_by_host_for_old_compat
  // 1.11 PciDevicePoolList 1.1
  // 1.12 HVSpec 1.1
  // 1.13 service_id may be null
  // 1.14 adds cpu_allocation_ratio and ram_allocation_ratio
  // 1.15 adds uuid
  // 1.16 adds disk_allocation_ratio
  // 1.17 adds mapped
  // 1.18 adds get_by_uuid
  // 1.19 adds get_by_nodename
  fields: {
    id: readOnly(integer()),
    uuid: readOnly(uuid()),
    service_id: nullable(integer()),
    host: nullable(string()),
    vcpus: integer(),
    memory_mb: integer(),
    local_gb: integer(),
    vcpus_used: integer(),
    memory_mb_used: integer(),
    local_gb_used: integer(),
    hypervisor_type: string(),
    hypervisor_version: integer(),
    hypervisor_hostname: nullable(string()),
    free_ram_mb: nullable(integer()),
    free_disk_gb: nullable(integer()),
    current_workload: nullable(integer()),
    running_vms: nullable(integer()),
    cpu_info: nullable(string()),
    disk_available_least: nullable(integer()),
    metrics: nullable(string()),
    stats: nullable(dictOf(nullable(string()))),
    host_ip: nullable(ipAddress()),
    numa_topology: nullable(string()),
    supported_hv_specs: listOf(object(HVSpec)),
    pci_device_pools: nullable(object(PciDevicePoolList)),
    cpu_allocation_ratio: float(),
    ram_allocation_ratio: float(),
    disk_allocation_ratio: float(),
    mapped: integer(),
    ...persistent,
  },
  lower: (data, below) => {
    // Before 1.13 the field could not be null; no service has the id -1.
    if (below('1.13') && (data['service_id'] ?? null) === null) data['service_id'] = -1;
  },
  drops: {
    '1.3': ['stats'],
    '1.4': ['host_ip'],
    '1.5': ['numa_topology'],
    '1.6': ['supported_hv_specs'],
    '1.7': ['host'],
    '1.9': ['pci_device_pools'],
    '1.14': ['ram_allocation_ratio', 'cpu_allocation_ratio'],
    '1.15': ['uuid'],
    '1.16': ['disk_allocation_ratio'],
    '1.17': ['mapped'],
  },
  remotable: {
    create: instanceMethod(),
    destroy: instanceMethod(),
    get_by_host_and_nodename: classMethod(['host', 'nodename']),
    get_by_id: classMethod(['compute_id']),
    get_by_nodename: classMethod(['hypervisor_hostname']),
    get_by_service_id: classMethod(['service_id']),
    get_by_uuid: classMethod(['compute_uuid']),
    get_first_node_by_host_for_old_compat: classMethod(['host'], { use_slave: false }),
    save: instanceMethod([], { prune_stats: false }),
  },
});

/** A list of ComputeNode. */
export const ComputeNodeList = defineList({
  name: 'ComputeNodeList',
  version: '1.17',
  // 1.0 first, ComputeNode 1.2
  // 1.1 ComputeNode 1.3
  // 1.2 adds get_by_service
  // 1.3 ComputeNode 1.4
  // 1.4 ComputeNode 1.5
  // 1.5 get_by_service takes use_slave
  // 1.6 ComputeNode 1.6
  // 1.7 ComputeNode 1.7
  // 1.8 ComputeNode 1.8; adds get_all_by_host
  // 1.9 ComputeNode 1.9
  // 1.10 ComputeNode 1.10
  // 1.11 ComputeNode 1.11
  // 1.12 ComputeNode 1.12
  // 1.13 ComputeNode 1.13
  // 1.14 ComputeNode 1.14
  // 1.15 adds get_by_pagination
  // 1.16 adds get_all_by_uuids
  // 1.17 adds get_all_by_not_mapped
  of: ComputeNode,
  remotable: {
    _get_by_service: classMethod(['service_id'], { use_slave: false }),
    get_all: classMethod(),
    get_all_by_host: classMethod(['host'], { use_slave: false }),
    get_all_by_not_mapped: classMethod(['mapped_less_than']),
    get_all_by_uuids: classMethod(['compute_uuids']),
    get_by_hypervisor: classMethod(['hypervisor_match']),
    get_by_pagination: classMethod([], { limit: null, marker: null }),
  },
});
