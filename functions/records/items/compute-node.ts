import type { Attributes } from '#ports/tables';
import { listOf, mapOf } from '#wire/reading';
import { numberOrNull, textOrNull } from './read.ts';

/** A compute node as it lies in its cell's table. */
export type ComputeNodeItem = ReturnType<typeof computeNodeItem>;

/** Reads a compute node's item, or the fields of a ComputeNode: they have the same names. */
export function computeNodeItem(item: Attributes) {
  return {
    uuid: textOrNull(item['uuid']),
    host: textOrNull(item['host']),
    hypervisor_hostname: textOrNull(item['hypervisor_hostname']),
    hypervisor_type: textOrNull(item['hypervisor_type']),
    hypervisor_version: numberOrNull(item['hypervisor_version']),
    vcpus: numberOrNull(item['vcpus']),
    memory_mb: numberOrNull(item['memory_mb']),
    local_gb: numberOrNull(item['local_gb']),
    cpu_allocation_ratio: numberOrNull(item['cpu_allocation_ratio']),
    ram_allocation_ratio: numberOrNull(item['ram_allocation_ratio']),
    disk_allocation_ratio: numberOrNull(item['disk_allocation_ratio']),
    running_vms: numberOrNull(item['running_vms']),
    supported_hv_specs: listOf(item['supported_hv_specs']),
    stats: mapOf(item['stats']),
    deleted: item['deleted'] === true,
  };
}
