import type { RequestContext } from '#ports/context';
import { lacksOnlyItsEnd } from '#conductor/settled';
import type { Services } from '#ports/services';
import { endMigrations } from './end-migration.ts';
import { settleAllocations } from './ended-move.ts';
import { cellTable, instanceKey, migrationKey } from '#records/keys';
import { HOSTS, hostsAttribute, hostsOf, operationNames, operationState } from '#records/operation';
import { givenUp } from '#records/items/given-up';
import { updateOwned, type Ownership } from './own-operation.ts';
import { operationFacts, settledAs } from './settle.ts';
import { instanceItem } from '#records/items/instance';
import { isDeleted } from '#records/items/read';

/** What giving up a move answers where no host had settled it. */
export const GIVEN_UP = 'given-up';

/**
 * Ends a move in error, and answers `given-up`. One that its hosts have settled by now is left to them, and how they
 * did so is answered: a failure of our own, or a look that comes too late, takes nothing from a server that is moved.
 *
 * @throws InstanceNotFound when the server was deleted
 * @throws InstanceInvalidState when it is another execution's by now
 */
export async function giveUpUnlessSettled(
  services: Services,
  owner: Ownership,
  context: RequestContext,
  move: { readonly migration: string; readonly sourceHost: string; readonly destination: string | null },
): Promise<string> {
  const { operation, cell, uuid, execution } = owner;
  const item = await services.tables.get(cellTable(cell.name), instanceKey(uuid));
  const state = item && operationState(item, operation);
  // The fence takes the time of the order away: a repeat is not to take its own writes for what a host has settled.
  const ordered = state?.owner === execution && state.orderedAt !== null;
  const settled = item !== undefined && ordered ? settledAs(item, operation) : undefined;
  if (settled !== undefined) return settled;
  if (item !== undefined && ordered && lacksOnlyItsEnd(operationFacts(item, operation), move.destination)) {
    await giveUpMove(services, owner, context, { ...move, status: 'completed' });
    return 'done';
  }
  await giveUpMove(services, owner, context, { ...move, status: 'error' });
  return GIVEN_UP;
}

/**
 * Ends the migration of a move that its hosts no longer see to an end: fences all but the host that has the server,
 * gives the migration its last status, and puts the allocations where the server is.
 *
 * @throws InstanceNotFound when the server was deleted
 * @throws InstanceInvalidState when it is another execution's by now
 */
export async function giveUpMove(
  services: Services,
  owner: Ownership,
  context: RequestContext,
  move: { readonly migration: string; readonly status: 'error' | 'completed'; readonly sourceHost: string },
): Promise<void> {
  const { cell, uuid } = owner;
  const table = cellTable(cell.name);
  const item = await services.tables.get(table, instanceKey(uuid));
  // Its user has had one offloaded that is on no host.
  const offloaded = item !== undefined && !isDeleted(item) && instanceItem(item).host === null;
  const keeper = offloaded ? '' : ((item && instanceItem(item).host) ?? move.sourceHost);
  const others = item === undefined ? [] : hostsOf(item).filter((host) => host !== keeper);
  const of = { operation: owner.operation, request: context.request_id, at: services.clock.now() };
  const marked = givenUp(of, ...(offloaded ? [move.sourceHost] : others));
  const { orderedAt } = operationNames(owner.operation);
  await updateOwned(services, owner, { [HOSTS]: hostsAttribute(keeper), ...marked }, [orderedAt]);
  const records = { ...services, context, cell };
  await endMigrations(records, uuid, move.status, ({ uuid: each }) => each === move.migration);
  const migration = await services.tables.get(table, migrationKey(uuid, move.migration));
  if (migration !== undefined) await settleAllocations(services, cell.name, migration);
}
