import type { Attributes } from '#ports/tables';
import { listOf, mapOf } from '#wire/reading';
import { finiteNumber, nonEmptyText } from './read.ts';

/** What the ratio of a node counts as that reports none, 0 or null. */
export const DEFAULT_RATIOS = { cpu: 16, ram: 1.5, disk: 1 } as const;

/** A compute node as it lies in its cell's table. */
export type ComputeNodeItem = ReturnType<typeof computeNodeItem>;

/** Reads a compute node's item, or the fields of a ComputeNode: they have the same names. */
export function computeNodeItem(item: Attributes) {
  return {
    id: finiteNumber(item['id']),
    uuid: nonEmptyText(item['uuid']),
    /** Id of the host's service, as old computes send it. */
    service_id: finiteNumber(item['service_id']),
    host: nonEmptyText(item['host']),
    hypervisor_hostname: nonEmptyText(item['hypervisor_hostname']),
    hypervisor_type: nonEmptyText(item['hypervisor_type']),
    hypervisor_version: finiteNumber(item['hypervisor_version']),
    vcpus: finiteNumber(item['vcpus']),
    memory_mb: finiteNumber(item['memory_mb']),
    free_ram_mb: finiteNumber(item['free_ram_mb']),
    local_gb: finiteNumber(item['local_gb']),
    /** How often the amount may be given out; null or 0 says that configuration decides. */
    cpu_allocation_ratio: finiteNumber(item['cpu_allocation_ratio']),
    ram_allocation_ratio: finiteNumber(item['ram_allocation_ratio']),
    disk_allocation_ratio: finiteNumber(item['disk_allocation_ratio']),
    running_vms: finiteNumber(item['running_vms']),
    supported_hv_specs: listOf(item['supported_hv_specs']),
    stats: mapOf(item['stats']),
    /** 1 once the node's host is mapped to its cell, else 0. */
    mapped: finiteNumber(item['mapped']) ?? 0,
    deleted: item['deleted'] === true,
    /** Whether the save that wrote it changed nothing that placement goes by. */
    factsUnchanged: nonEmptyText(item[FACTS]) !== null && item[FACTS] === item[FACTS_BEFORE],
  };
}

/** The item that keeps the names of a node for it. */
export type NodeNameItem = ReturnType<typeof nodeNameItem>;

/** Reads what a node's names lead to: its uuid, and when it reserved them, in milliseconds. */
export function nodeNameItem(item: Attributes) {
  return { uuid: nonEmptyText(item['uuid']), reserved_at: finiteNumber(item['reserved_at']) ?? 0 };
}

const FACTS = 'op:facts';
const FACTS_BEFORE = 'op:facts_before';

/** What a save notes of the facts that it has, beside those noted before; null where it has only some. */
export const noteFacts = (digest: string | null, beside: Attributes) => ({
  derived: { ...beside, [FACTS]: digest },
  keep: { [FACTS_BEFORE]: FACTS },
});
