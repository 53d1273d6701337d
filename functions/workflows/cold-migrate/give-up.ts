import { settleAllocations } from '#records/ended-move';
import { endMigrations } from '#records/end-migration';
import { cellTable, instanceKey, migrationKey } from '#records/keys';
import { HOSTS, hostsAttribute } from '#records/operation';
import { readOperation } from '#records/operation-document';
import { note } from '#records/own-operation';
import { textOf } from '#records/reading';
import type { Step } from '../step.ts';
import { ownership, type PlacedState } from './state.ts';

/**
 * Gives up hosts of which one is dead: fences all but the one that has the server, ends the migration in error, and puts
 * the allocations where the server is. Fail migration follows. Cannot be undone: a person goes on from here.
 *
 * @throws InstanceNotFound when the server was deleted meanwhile
 */
export const giveUp: Step<PlacedState> = async (services, { state, execution }) => {
  const { cell, server, migration: uuid } = state;
  const item = await services.tables.get(cellTable(cell), instanceKey(server));
  const host = textOf(item?.['host']) ?? state.source_host;
  await note(services, ownership(state, execution), { [HOSTS]: hostsAttribute(host) });
  const { context } = await readOperation(services, state.request, server);
  const records = { ...services, context, cell: { name: cell, uuid: state.cell_uuid } };
  await endMigrations(records, server, 'error', (migration) => migration['uuid'] === uuid);
  const migration = await services.tables.get(cellTable(cell), migrationKey(server, uuid));
  if (migration !== undefined) await settleAllocations(services, cell, migration);
  return { ...state, gave_up: true };
};
