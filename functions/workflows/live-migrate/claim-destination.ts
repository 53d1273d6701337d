import { HostMappingNotFound, MigrationPreCheckError } from '#errors';
import { claimResourcesOnDestination } from '#placement/claim-resources';
import type { Services } from '#ports/services';
import { cellOfHost } from '#records/hosts/host-cell';
import type { Cell } from '#records/method';
import { computeNodeOfHost, ownerOf } from '#operations/allocation-swap';
import { readOperation } from '#operations/operation-document';
import { liveInstance } from '#servers/stored-instance';
import type { StepEvent } from '../step.ts';
import { ownCell } from './own-cell.ts';
import { ownership, type PlacedState } from './state.ts';

/**
 * Makes sure that a forced destination is of the server's own cell, then claims there what the server held on its
 * source (nova.scheduler.utils `claim_resources_on_destination`, nova.conductor.tasks.live_migrate `_execute`,
 * `_check_requested_destination`). Undo of the swap takes the claim away.
 *
 * @throws MigrationPreCheckError across cells, or when a cell cannot be found
 * @throws NoValidHost when the destination has no room
 */
export async function claimDestination(
  services: Services,
  { state, execution }: StepEvent<PlacedState>,
): Promise<PlacedState> {
  const { server: uuid, host, node_uuid, migration } = state;
  const [own, other] = [await ownCell(services, uuid), await cellOfDestination(services, host)];
  if (own.uuid !== other.uuid)
    throw new MigrationPreCheckError({
      reason: `Unable to force live migrate instance ${uuid} across cells.`,
    });
  const { context } = await readOperation(services, state.request);
  const instance = await liveInstance(services, state.cell, uuid);
  const at = { cell: ownership(state, execution).cell, context };
  const source =
    state.source_node_uuid ?? (await computeNodeOfHost(services, at, state.source_host, state.source_node)).uuid ?? '';
  const sourceAllocations = state.swapped ? await services.placement.allocations(migration) : undefined;
  const claimed = await claimResourcesOnDestination(services.placement, {
    instance: { uuid, ...ownerOf(instance) },
    sourceNodeUuid: source,
    destination: { nodeUuid: node_uuid, host },
    ...(sourceAllocations === undefined ? {} : { sourceAllocations }),
    operation: execution,
  });
  if (!claimed)
    services.log.warn('the server holds nothing on its source: nothing is claimed', { instance: uuid, host });
  return state;
}

async function cellOfDestination(services: Services, host: string): Promise<Cell> {
  try {
    return await cellOfHost(services, host);
  } catch (error) {
    if (!(error instanceof HostMappingNotFound)) throw error;
    const reason = `Unable to determine in which cell destination host ${host} lives.`;
    throw new MigrationPreCheckError({ reason }, { cause: error });
  }
}
