import type { RequestContext } from '#ports/context';
import type { Services } from '#ports/services';
import { endMigrations } from './end-migration.ts';
import { settleAllocations } from './ended-move.ts';
import { cellTable, instanceKey, migrationKey } from '#records/keys';
import { HOSTS, hostsAttribute, hostsOf } from '#records/operation';
import { givenUp } from '#records/items/given-up';
import { updateOwned, type Ownership } from './own-operation.ts';
import { instanceItem } from '#records/items/instance';

/**
 * Ends the migration of a move that its hosts no longer see to an end: fences all but the host that has the server,
 * gives the migration its last status, and puts the allocations where the server is.
 *
 * @throws InstanceNotFound when the server was deleted, or is another execution's by now
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
  const keeper = (item && instanceItem(item).host) ?? move.sourceHost;
  const others = item === undefined ? [] : hostsOf(item).filter((host) => host !== keeper);
  const marked = givenUp(owner.operation, services.clock.now(), ...others);
  await updateOwned(services, owner, { [HOSTS]: hostsAttribute(keeper), ...marked });
  const records = { ...services, context, cell };
  await endMigrations(records, uuid, move.status, ({ uuid: each }) => each === move.migration);
  const migration = await services.tables.get(table, migrationKey(uuid, move.migration));
  if (migration !== undefined) await settleAllocations(services, cell.name, migration);
}
