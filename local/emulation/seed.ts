import { isoSeconds } from '#conductor/time';
import type { Services } from '#ports/services';
import { CELL0_UUID, cellMappingKey, cellTable, hostMappingKey, MAPPINGS, principalKey } from '#records/keys';
import { cellQueue } from '#ports/host-queue';
import type { Cell } from '#records/method';

/** Makes the mappings of cell0 and of these cells; those that are there stay. */
export async function seedCells(services: Pick<Services, 'tables' | 'clock'>, cells: readonly Cell[]): Promise<void> {
  const now = isoSeconds(services.clock.now());
  const all = [{ name: 'cell0', uuid: CELL0_UUID }, ...cells];
  for (const [at, { name, uuid }] of all.entries()) {
    if ((await services.tables.get(MAPPINGS, cellMappingKey(uuid))) !== undefined) continue;
    await services.tables.put(MAPPINGS, {
      ...cellMappingKey(uuid),
      id: at + 1,
      uuid,
      name,
      transport_url: uuid === CELL0_UUID ? 'none:///' : `sqs://${cellQueue(name)}`,
      database_connection: `dynamodb://${cellTable(name)}`,
      disabled: false,
      by_cell: 'cells',
      by_cell_sort: String(at + 1).padStart(12, '0'),
      created_at: now,
      updated_at: null,
    });
  }
}

/** Maps a host to its cell and lets a principal speak for it; a host that is mapped stays as it is. */
export async function seedHost(
  services: Pick<Services, 'tables' | 'clock' | 'counter'>,
  cell: Cell,
  host: string,
): Promise<void> {
  if ((await services.tables.get(MAPPINGS, hostMappingKey(host))) !== undefined) return;
  const now = isoSeconds(services.clock.now());
  const principal = `host:${host}`;
  await services.tables.put(MAPPINGS, {
    ...hostMappingKey(host),
    id: await services.counter.nextId(services.tables, MAPPINGS, 'host_mappings'),
    host,
    cell: cell.name,
    cell_uuid: cell.uuid,
    principals: [principal],
    by_cell: cell.uuid,
    by_cell_sort: `host#${host}`,
    created_at: now,
    updated_at: null,
  });
  await services.tables.put(MAPPINGS, { ...principalKey(principal), hosts: [host] });
}
