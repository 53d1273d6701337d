import { MigrationNotFound } from '#errors';
import type { WireObject } from '#ports/json';
import type { Services } from '#ports/services';
import { cellTable, migrationKey } from '#records/keys';
import { migrationOf } from '#records/methods/migration';
import { mustBeWire } from '#wire/wire-object';

/**
 * A migration as an order to a compute carries it.
 *
 * @throws MigrationNotFound
 */
export async function migrationWire(
  services: Pick<Services, 'tables'>,
  cell: string,
  instance: string,
  uuid: string,
): Promise<WireObject> {
  const item = await services.tables.get(cellTable(cell), migrationKey(instance, uuid));
  if (item === undefined) throw new MigrationNotFound({ migration_id: uuid });
  return mustBeWire(migrationOf(item).toPrimitive(), 'a migration');
}
