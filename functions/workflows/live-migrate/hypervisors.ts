import { hypervisorRefusal } from '#conductor/live-migration';
import { ComputeHostNotFound, type NovaError } from '#errors';
import type { Services } from '#ports/services';
import { computeNodeItem } from '#records/items/compute-node';
import { computeNodeAddress } from '#records/item-addresses';
import { hypervisorOf } from '#servers/first-node';
import type { PlacedState } from './state.ts';

/**
 * Why the hypervisor of a chosen destination cannot take what the source's runs (nova.conductor.tasks.live_migrate
 * `_find_destination`); undefined when it can. Prepare has looked at a forced one.
 *
 * @throws ComputeHostNotFound
 */
export async function hypervisorsRefusal(services: Services, state: PlacedState): Promise<NovaError | undefined> {
  const { kind, cell, host, node_uuid, source_hypervisor: source } = state;
  if (kind === 'forced' || source === undefined) return undefined;
  const { table, key } = computeNodeAddress(cell, node_uuid);
  const item = await services.tables.get(table, key);
  const node = item && computeNodeItem(item);
  if (node === undefined || node.deleted) throw new ComputeHostNotFound({ host });
  return hypervisorRefusal(source, hypervisorOf(node), services.config.skipHypervisorVersionCheckOnLm);
}
