import { expect, it } from 'vitest';
import { cellMappingKey, MAPPINGS } from '#records/keys';
import { ALL_CELLS } from '#records/methods/mappings';
import { cellNamed } from '#cli/inventory/cells';
import { memoryTables } from '../../fixtures/tables.ts';
import { rejected } from '../../fixtures/rejected.ts';

it.each([
  ['c1', 'u(c1)'],
  [null, 'u'],
])('REC-03 a cell of name %s is shown as %s', async (name, identity) => {
  const { tables } = memoryTables();
  const index = { by_cell: ALL_CELLS, by_cell_sort: 'u' };
  await tables.put(MAPPINGS, { ...cellMappingKey('u'), ...index, id: 1, uuid: 'u', name });

  const error = await rejected(cellNamed({ tables }, 'nope'));

  expect(error).toMatchObject({
    message: `there is no cell nope: there are ${identity}; conductor cell create nope maps one that is deployed`,
  });
});
