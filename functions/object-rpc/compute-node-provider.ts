import type { Inventory, Provider } from '#ports/placement';
import { fieldsOf, numberOf, textOf } from '#wire/reading';
import { DEFAULT_RATIOS, type ComputeNodeItem } from '#records/items/compute-node';

/** The cell that a compute node lies in. */
export interface NodeCell {
  readonly name: string;
  readonly uuid: string;
}

/**
 * What placement knows of a compute node, from its record; undefined when it lacks what makes a
 * provider (uuid, host, node name).
 *
 * Nothing is reserved: what a host keeps for itself it takes off its totals. No server gets more than is really there,
 * whatever the ratio.
 */
export function providerOfComputeNode(node: ComputeNodeItem, cell: NodeCell): Provider | undefined {
  const { uuid, host, hypervisor_hostname: name } = node;
  if (uuid === null || host === null || name === null) return undefined;
  return {
    uuid,
    host,
    node: name,
    cell: cell.name,
    cellUuid: cell.uuid,
    inventories: {
      VCPU: inventory(node.vcpus, node.cpu_allocation_ratio, DEFAULT_RATIOS.cpu),
      MEMORY_MB: inventory(node.memory_mb, node.ram_allocation_ratio, DEFAULT_RATIOS.ram),
      DISK_GB: inventory(node.local_gb, node.disk_allocation_ratio, DEFAULT_RATIOS.disk),
    },
    hypervisorType: node.hypervisor_type ?? '',
    hypervisorVersion: node.hypervisor_version ?? 0,
    supportedInstances: node.supported_hv_specs.map((spec) => {
      const { arch, hv_type: type, vm_mode: mode } = fieldsOf(spec);
      return [textOf(arch) ?? '', textOf(type) ?? '', textOf(mode) ?? ''] as const;
    }),
    runningVms: node.running_vms ?? 0,
    ioWorkload: numberOf(node.stats['io_workload']) ?? 0,
  };
}

function inventory(total: number | null, ratio: number | null, defaultRatio: number): Inventory {
  const there = Math.max(0, total ?? 0);
  return {
    total: there,
    reserved: 0,
    allocationRatio: ratio !== null && ratio > 0 ? ratio : defaultRatio,
    maxUnit: Math.max(1, there),
  };
}
