import type { Hypervisor, NodeMemory } from '#conductor/live-migration';
import type { RequestContext } from '#ports/context';
import type { Services } from '#ports/services';
import { computeNodeOfHost } from '#operations/allocation-swap';
import type { Cell } from '#records/method';
import { DEFAULT_RATIOS, type ComputeNodeItem } from '#records/items/compute-node';

/** A host's compute node of the lowest id, as far as live migration looks at it. */
export interface FirstNode {
  readonly uuid: string;
  /** Its hypervisor's host name. */
  readonly name: string;
  readonly memory: NodeMemory;
  readonly hypervisor: Hypervisor;
}

/**
 * The first compute node of a host.
 *
 * @throws ComputeHostNotFound
 */
export async function firstNode(
  services: Pick<Services, 'clock' | 'counter' | 'ids' | 'tables'>,
  at: { readonly cell: Cell; readonly context: RequestContext },
  host: string,
): Promise<FirstNode> {
  const node = await computeNodeOfHost(services, at, host);
  return {
    uuid: node.uuid ?? '',
    name: node.hypervisor_hostname ?? '',
    memory: {
      total: node.memory_mb ?? 0,
      free: node.free_ram_mb ?? 0,
      ratio: node.ram_allocation_ratio || DEFAULT_RATIOS.ram,
    },
    hypervisor: hypervisorOf(node),
  };
}

/** The hypervisor of a compute node. */
export const hypervisorOf = (node: ComputeNodeItem): Hypervisor => ({
  type: node.hypervisor_type ?? '',
  version: node.hypervisor_version ?? 0,
});
