import { ComputeHostNotFound, NoValidHost } from '#errors';
import type { RequestContext } from '#ports/context';
import type { Log } from '#ports/log';
import type { Allocations, Owner } from '#ports/placement';
import type { Services } from '#ports/services';
import { computeNodesOfHost } from '#records/methods/nodes';
import type { Cell } from '#records/method';
import type { InstanceItem } from '#records/items/instance';
import { computeNodeItem, type ComputeNodeItem } from '#records/items/compute-node';

type NodeServices = Pick<Services, 'clock' | 'counter' | 'ids' | 'tables'>;
type SwapServices = NodeServices & Pick<Services, 'placement' | 'log'>;

/** A server that moves, and the migration that stands for what it holds on its source. */
export interface Swap {
  readonly cell: Cell;
  readonly context: RequestContext;
  /** The server's record. */
  readonly instance: InstanceItem;
  readonly migration: string;
}

/** Whose a server's resources are. */
export const ownerOf = ({ project_id, user_id }: InstanceItem): Owner => ({
  projectId: project_id ?? '',
  userId: user_id ?? '',
});

/**
 * The record of a compute node by host and name; without a name the host's node of the lowest id.
 *
 * @throws ComputeHostNotFound
 */
export async function computeNodeOfHost(
  services: NodeServices,
  at: { readonly cell: Cell; readonly context: RequestContext },
  host: string,
  name?: string,
): Promise<ComputeNodeItem> {
  const nodes = (await computeNodesOfHost({ ...services, ...at }, host)).map(computeNodeItem);
  const node = name === undefined ? nodes[0] : nodes.find((each) => each.hypervisor_hostname === name);
  if (node === undefined) throw new ComputeHostNotFound({ host });
  return node;
}

/** What came of it: the source's compute node, and whether the migration holds now what the server held there. */
export interface Swapped {
  readonly source: ComputeNodeItem;
  readonly swapped: boolean;
}

/**
 * Hands what a server that is on its source holds to its migration, whatever provider it is of
 * (nova.conductor.tasks.migrate `replace_allocation_with_migration`). A repeat finds it there already, so the amounts
 * of the first time are never lost.
 *
 * @throws ComputeHostNotFound when the source node is unknown
 * @throws NoValidHost when placement refuses
 */
export async function swapAllocations(services: SwapServices, swap: Swap): Promise<Swapped> {
  const { instance, migration } = swap;
  const { uuid, host, node: name } = instance;
  const source = await computeNodeOfHost(services, swap, host ?? '', name ?? '');
  const node = source.uuid ?? '';
  if ((await services.placement.allocations(migration))[node] !== undefined) return { source, swapped: true };
  const held = await services.placement.allocations(uuid);
  if (held[node] === undefined) {
    services.log.debug('the server holds nothing on its source: nothing is swapped', { instance: uuid, node });
    return { source, swapped: false };
  }
  if (await services.placement.setAndClear(migration, held, ownerOf(instance), uuid)) return { source, swapped: true };
  services.log.error('the claim on the source could not be swapped', { instance: uuid, node, migration });
  throw new NoValidHost({ reason: 'Unable to replace instance claim on source' });
}

/**
 * Gives a server back what its migration holds; its whole allocation becomes that, so a destination's claim goes as
 * well. A refusal is logged and answered with false; with nothing held by the migration nothing is done.
 */
export async function revertAllocations(
  services: Pick<Services, 'placement'> & { readonly log: Pick<Log, 'error'> },
  { instance, migration }: Pick<Swap, 'instance' | 'migration'>,
): Promise<boolean> {
  const held: Allocations = await services.placement.allocations(migration);
  if (Object.keys(held).length === 0) return true;
  const { uuid } = instance;
  if (await services.placement.setAndClear(uuid, held, ownerOf(instance), migration)) return true;
  services.log.error('the claim on the source could not be given back', { instance: uuid, migration });
  return false;
}
