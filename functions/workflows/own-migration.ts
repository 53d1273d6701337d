import type { Services } from '#ports/services';
import { cellTable, instanceKey } from '#records/keys';
import { newUuid } from '#records/new-uuid';
import { OPERATIONS, operationState } from '#records/operation';

/** The uuid of the migration that an execution makes. */
export const newMigration = (services: Pick<Services, 'ids'>, execution: string): string =>
  newUuid({ ...services, writer: execution }, 'migration');

/** A move that may have made, or found, its migration. */
interface Moving {
  readonly server: string;
  readonly cell: string;
  readonly migration?: string;
}

/**
 * The uuid of the migration of a move: what its state names, what is noted with its server, or what it would have made
 * and could not note.
 */
export async function ownMigration(
  services: Pick<Services, 'ids' | 'tables'>,
  { server, cell, migration }: Moving,
  execution: string,
): Promise<string> {
  if (migration !== undefined) return migration;
  const item = await services.tables.get(cellTable(cell), instanceKey(server));
  const states = item === undefined ? [] : OPERATIONS.map((operation) => operationState(item, operation));
  const noted = states.find(({ owner }) => owner === execution)?.migration ?? null;
  return noted ?? newMigration(services, execution);
}
