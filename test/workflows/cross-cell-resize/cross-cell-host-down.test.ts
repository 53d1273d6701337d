import { expect, test } from 'vitest';
import { cellTable, serviceKey } from '#records/keys';
import { crossing, leaving, remains, SMALL } from '../../fixtures/crossing.ts';
import { config } from '../../fixtures/resized-across-cells.ts';

test.each([
  ['somebody says that the host is down', { forced_down: true }],
  ['the host is no host any more', { deleted: true }],
])('a guest that its host is to take away is waited for no longer once %s', async (_title, set) => {
  const at = await crossing({
    behaviour: ({ method }) => (method === 'finish_snapshot_based_resize_at_dest' ? { die: 'before-read' } : 'build'),
    config,
  });
  const { of } = at.moving;
  await at.moving.send({ flavor: SMALL, spec: leaving() });
  for (let waited = 0; waited < 4; waited += 1) await of.clock.advance(500_000);

  await of.platform.tables.update(cellTable('cell2'), serviceKey('host4', 'nova-compute'), { set });
  await of.end();

  expect(await of.executions('cross-cell-resize')).toMatchObject([{ status: 'SUCCEEDED' }]);
  expect(at.copies()).toEqual([{ cell: 'cell1', hidden: false, state: 'error/null', host: 'host1' }]);
  expect(at.moving.held()).toEqual(['host1']);
  expect(await remains(at)).toEqual([]);
});
