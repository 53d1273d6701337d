import type { JsonMap } from '#ports/json';
import type { Inventory, Provider } from '#ports/placement';
import { fieldsOf, listOf, mapOf, numberOf, textOf } from '#wire/reading';

/** The cell that a compute node lies in. */
export interface NodeCell {
  readonly name: string;
  readonly uuid: string;
}

/** Ratios of a node that reports none (0 or null, spec/objects.md section 6.15). */
const DEFAULT_RATIOS = { cpu: 16, ram: 1.5, disk: 1 };

/**
 * What placement knows of a compute node, from the data of a ComputeNode on the wire; undefined when it lacks what makes a
 * provider (uuid, host, node name).
 *
 * Nothing is reserved: what a host keeps for itself it takes off its totals.
 */
export function providerOfComputeNode(node: JsonMap, cell: NodeCell): Provider | undefined {
  const uuid = textOf(node['uuid']);
  const host = textOf(node['host']);
  const name = textOf(node['hypervisor_hostname']);
  if (uuid === undefined || host === undefined || name === undefined) {
    return undefined;
  }
  return {
    uuid,
    host,
    node: name,
    cell: cell.name,
    cellUuid: cell.uuid,
    inventories: {
      VCPU: inventory(node, 'vcpus', 'cpu_allocation_ratio', DEFAULT_RATIOS.cpu),
      MEMORY_MB: inventory(node, 'memory_mb', 'ram_allocation_ratio', DEFAULT_RATIOS.ram),
      DISK_GB: inventory(node, 'local_gb', 'disk_allocation_ratio', DEFAULT_RATIOS.disk),
    },
    hypervisorType: textOf(node['hypervisor_type']) ?? '',
    hypervisorVersion: numberOf(node['hypervisor_version']) ?? 0,
    supportedInstances: listOf(node['supported_hv_specs']).map((spec) => {
      const { arch, hv_type: type, vm_mode: mode } = fieldsOf(spec);
      return [textOf(arch) ?? '', textOf(type) ?? '', textOf(mode) ?? ''] as const;
    }),
    runningVms: numberOf(node['running_vms']) ?? 0,
    ioWorkload: numberOf(mapOf(node['stats'])['io_workload']) ?? 0,
  };
}

function inventory(node: JsonMap, total: string, ratio: string, defaultRatio: number): Inventory {
  const reported = numberOf(node[ratio]) ?? 0;
  return {
    total: Math.max(0, numberOf(node[total]) ?? 0),
    reserved: 0,
    allocationRatio: reported > 0 ? reported : defaultRatio,
  };
}
