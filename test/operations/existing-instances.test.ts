import { describe, expect, it } from 'vitest';
import { allCells, cellOfRecord, existingInstances } from '#operations/existing-instances';
import { CELL0_UUID, cellMappingKey, cellTable, instanceKey, instanceMappingKey, MAPPINGS } from '#records/keys';
import { ALL_CELLS } from '#records/methods/mappings';
import { CELLS } from '../fixtures/build-world.ts';
import { memoryTables } from '../fixtures/tables.ts';

const [CELL1, CELL2] = CELLS;

/** cell0, and two cells of hosts. */
async function deployment() {
  const { tables, requests } = memoryTables();
  for (const { name, uuid } of [...CELLS, { name: 'cell0', uuid: CELL0_UUID }])
    await tables.put(MAPPINGS, { ...cellMappingKey(uuid), name, uuid, by_cell: ALL_CELLS, by_cell_sort: uuid });
  const record = (cell: string, uuid: string) => tables.put(cellTable(cell), { ...instanceKey(uuid), uuid });
  const map = (uuid: string, cell: string | null) =>
    tables.put(MAPPINGS, { ...instanceMappingKey(uuid), instance_uuid: uuid, cell });
  return { services: { tables }, requests, record, map };
}

describe('servers that an API has recorded before it asks for their build', () => {
  it('are found in the cell of their mapping alone, and without one in any cell', async () => {
    const { services, record, map } = await deployment();
    await map('mapped', 'cell2');
    await map('unscheduled', null);
    for (const uuid of ['mapped', 'unmapped', 'unscheduled']) await record('cell2', uuid);
    await record('cell1', 'mapped');

    const found = await existingInstances(services, ['unmapped', 'mapped', 'nowhere', 'unscheduled']);

    expect(found.map(({ uuid, cell, item }) => [uuid, cell, item['uuid']])).toEqual([
      ['unmapped', CELL2, 'unmapped'],
      ['mapped', CELL2, 'mapped'],
      ['unscheduled', CELL2, 'unscheduled'],
    ]);
  });

  it('are looked for together: forty take no more requests than one', async () => {
    const { services, requests, record } = await deployment();
    const uuids = Array.from({ length: 40 }, (_, at) => `server-${at}`);
    for (const uuid of uuids) await record('cell1', uuid);
    requests.length = 0;

    await existingInstances(services, uuids);

    expect(requests).toEqual(['Query', 'BatchGetItem', 'BatchGetItem']);
  });
});

describe('the cell of a server', () => {
  it('is that of its mapping, whatever is recorded where', async () => {
    const { services, record, map } = await deployment();
    await map('server', 'cell2');
    await record('cell1', 'server');

    expect(await cellOfRecord(services, 'server')).toBe('cell2');
  });

  it.each([
    ['that of its record where it is mapped to none', 'cell1', 'cell1'],
    ['none where it is recorded nowhere', undefined, undefined],
  ])('is %s', async (_title, recorded, cell) => {
    const { services, record } = await deployment();
    if (recorded !== undefined) await record(recorded, 'server');

    expect(await cellOfRecord(services, 'server')).toBe(cell);
  });
});

it('cells of hosts are all but cell0', async () => {
  const { services } = await deployment();

  const cells = await allCells(services);

  expect(cells.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([CELL1, CELL2]);
});
