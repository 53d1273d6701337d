import type { Hypervisor, NodeMemory } from '#conductor/live-migration';
import type { RequestContext } from '#ports/context';
import type { Services } from '#ports/services';
import { computeNodeOfHost } from '#operations/allocation-swap';
import { computeNodeOf } from '#records/nodes';
import type { Cell } from '#records/method';

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
  const node = computeNodeOf(await computeNodeOfHost(services, at, host));
  return {
    uuid: node.get('uuid'),
    name: node.get('hypervisor_hostname') ?? '',
    memory: {
      total: node.get('memory_mb'),
      free: node.get('free_ram_mb') ?? 0,
      ratio: node.get('ram_allocation_ratio'),
    },
    hypervisor: { type: node.get('hypervisor_type'), version: node.get('hypervisor_version') },
  };
}
