import { describe, expect, it } from 'vitest';
import { handOverOwnership } from '#operations/hand-over-ownership';
import { release, updateOwned } from '#operations/own-operation';
import type { Attributes, Tables } from '#ports/tables';
import { cellTable, instanceKey } from '#records/keys';
import { HOSTS, LAST_EXECUTION, operationNames, operationState } from '#records/operation';
import { rejected } from '../fixtures/rejected.ts';
import { memoryTables } from '../fixtures/tables.ts';
import { watching } from '../fixtures/watching.ts';

const TABLE = cellTable('cell1');
const KEY = instanceKey('u1');
const [COLD, CROSS] = [operationNames('cold-migrate'), operationNames('cross-cell-resize')];
const OWNER = { operation: 'cold-migrate', cell: { name: 'cell1', uuid: 'c1' }, uuid: 'u1', execution: 'e1' } as const;

/** All that a cold migration keeps on its server. */
const KEPT = {
  [COLD.owner]: 'e1',
  [COLD.reschedule]: { attempt: 1, reason: 'x' },
  [COLD.migration]: 'm1',
  [COLD.destination]: 'host2',
  [COLD.migrationStatus]: 'error',
  [COLD.attempt]: 2,
  [COLD.orderedAt]: 5,
};

async function owned(attributes: Attributes = {}) {
  const { tables } = memoryTables();
  await tables.put(TABLE, { ...KEY, uuid: 'u1', deleted: false, task_state: 'resize_prep', ...KEPT, ...attributes });
  return { tables, item: async () => (await tables.get(TABLE, KEY)) ?? { ...KEY } };
}

const away = (tables: Tables) => watching<Tables>(tables, { update: () => Promise.reject(new Error('away')) });
const UNOWNED = { ...KEY, uuid: 'u1', deleted: false, task_state: 'resize_prep' };

describe('a server that is handed to another workflow', () => {
  it('is the other’s alone from then on, and once more changes nothing', async () => {
    const { item, tables } = await owned();

    await handOverOwnership({ tables }, OWNER, 'cross-cell-resize');
    const first = await item();
    await handOverOwnership({ tables }, OWNER, 'cross-cell-resize');

    expect(first).toEqual({
      ...UNOWNED,
      [CROSS.owner]: 'e1',
    });
    expect(await item()).toEqual(first);
  });

  it.each([
    ['is another execution’s', { [COLD.owner]: 'e2' }, { name: 'InstanceInvalidState' }],
    ['is deleted', { deleted: true }, { name: 'InstanceNotFound' }],
  ])('is refused where it %s by now', async (_title, attributes, error) => {
    const { item, tables } = await owned(attributes);
    const before = await item();

    expect(await rejected(handOverOwnership({ tables }, OWNER, 'cross-cell-resize'))).toMatchObject(error);
    expect(await item()).toEqual(before);
  });

  it('is refused with its task, and by name', async () => {
    const { tables } = await owned({ [COLD.owner]: 'e2' });

    expect(await rejected(handOverOwnership({ tables }, OWNER, 'cross-cell-resize'))).toMatchObject({
      params: { instance_uuid: 'u1', attr: 'task_state', state: 'resize_prep', method: 'cross-cell-resize' },
    });
  });

  it('is not found where it is gone', async () => {
    const error = await rejected(handOverOwnership(memoryTables(), OWNER, 'cross-cell-resize'));

    expect(error).toMatchObject({ name: 'InstanceNotFound', params: { instance_id: 'u1' } });
  });

  it('stays where it is while the table is away', async () => {
    const { tables } = await owned();

    const error = await rejected(handOverOwnership({ tables: away(tables) }, OWNER, 'cross-cell-resize'));

    expect(error).toEqual(new Error('away'));
  });
});

describe('bookkeeping of a server', () => {
  it('is changed by the execution that owns it', async () => {
    const { item, tables } = await owned();

    const changed = await updateOwned({ tables }, OWNER, { [COLD.attempt]: 3 }, [COLD.orderedAt]);

    expect(operationState(changed, 'cold-migrate')).toMatchObject({ attempt: 3, orderedAt: null, owner: 'e1' });
    expect(await item()).toEqual(changed);
  });

  it.each([
    ['another execution’s', { [COLD.owner]: 'e2' }, { name: 'InstanceInvalidState', params: { state: 'resize_prep' } }],
    ['deleted', { deleted: true }, { name: 'InstanceNotFound', params: { instance_id: 'u1' } }],
  ])('is changed by nobody where the server is %s', async (_title, attributes, error) => {
    const { tables } = await owned(attributes);

    expect(await rejected(updateOwned({ tables }, OWNER, { [COLD.attempt]: 3 }))).toMatchObject(error);
  });

  it('is nowhere where the server is gone', async () => {
    const error = await rejected(updateOwned(memoryTables(), OWNER, {}));

    expect(error).toMatchObject({ name: 'InstanceNotFound', params: { instance_id: 'u1' } });
  });

  it('is not changed while the table is away', async () => {
    const { tables } = await owned();

    expect(await rejected(updateOwned({ tables: away(tables) }, OWNER, {}))).toEqual(new Error('away'));
  });
});

describe('a server whose operation ends', () => {
  it.each([
    ['keeps the hosts that may write it', undefined, {}],
    ['is left to the hosts that are named', '|host2|', { [HOSTS]: '|host2|' }],
  ])('forgets all of it and %s', async (_title, hosts, more) => {
    const { item, tables } = await owned();

    await release({ tables }, OWNER, hosts);

    expect(await item()).toEqual({ ...UNOWNED, [LAST_EXECUTION]: 'cold-migrate/e1', ...more });
  });

  it('stays another execution’s', async () => {
    const { item, tables } = await owned({ [COLD.owner]: 'e2' });

    await release({ tables }, OWNER);

    expect(await item()).toMatchObject({ [COLD.owner]: 'e2', [COLD.attempt]: 2 });
  });

  it('is made by nobody where it is gone', async () => {
    const { tables } = memoryTables();

    await release({ tables }, OWNER, '|host2|');

    expect(await tables.get(TABLE, KEY)).toBeUndefined();
  });

  it('is released again where the table was away', async () => {
    const { tables } = await owned();

    expect(await rejected(release({ tables: away(tables) }, OWNER))).toEqual(new Error('away'));
  });
});
