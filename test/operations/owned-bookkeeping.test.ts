import { describe, expect, test } from 'vitest';
import { release, updateOwned } from '#operations/own-operation';
import { equals } from '#ports/conditions';
import type { Tables } from '#ports/tables';
import { ENDED, HOSTS, LAST_EXECUTION, operationNames } from '#records/operation';
import { watching } from '../fixtures/watching.ts';
import { KEY, own, serverWith, TABLE } from './owned-server.ts';

describe('bookkeeping of the execution that owns a server', () => {
  const REBUILD = operationNames('rebuild');
  const OWNED = { [REBUILD.owner]: 'first', [REBUILD.attempt]: 1 };
  const noted = equals(REBUILD.attempt, 2);
  const change = (world: Awaited<ReturnType<typeof serverWith>>, set = { [REBUILD.attempt]: 2 }) =>
    updateOwned(world, own('rebuild', 'first'), set, [ENDED], noted);

  test('is changed and answered', async () => {
    const world = await serverWith({ ...OWNED, [ENDED]: 'active' });

    const item = await change(world);

    expect(item).toMatchObject({ [REBUILD.attempt]: 2 });
    expect(item).not.toHaveProperty([ENDED]);
    expect(await world.tables.get(TABLE, KEY)).toEqual(item);
  });

  test('is not changed while the table is away, and where the server is gone', async () => {
    const { tables } = await serverWith(OWNED);
    const away = watching<Tables>(tables, { update: () => Promise.reject(new Error('away')) });
    await expect(updateOwned({ tables: away }, own('rebuild', 'first'), {})).rejects.toEqual(new Error('away'));

    await tables.delete(TABLE, KEY);

    await expect(updateOwned({ tables }, own('rebuild', 'first'), {})).rejects.toMatchObject({
      name: 'InstanceNotFound',
      params: { instance_id: 'u1' },
    });
  });

  test('that was noted before is left as it is', async () => {
    const world = await serverWith({ ...OWNED, [REBUILD.attempt]: 2, [ENDED]: 'active' });
    const before = await world.tables.get(TABLE, KEY);

    expect(await change(world, { [REBUILD.attempt]: 2, [REBUILD.orderedAt]: 9 })).toEqual(before);

    expect(await world.tables.get(TABLE, KEY)).toEqual(before);
  });

  test.each([
    ['another execution’s', { [REBUILD.owner]: 'second', task_state: 'rebuilding' }, 'InstanceInvalidState'],
    [
      'another execution’s that has noted the same',
      { [REBUILD.owner]: 'second', [REBUILD.attempt]: 2 },
      'InstanceInvalidState',
    ],
    ['deleted', { ...OWNED, deleted: true }, 'InstanceNotFound'],
  ])('is refused where the server is %s', async (_title, attributes, name) => {
    const world = await serverWith(attributes);
    const before = await world.tables.get(TABLE, KEY);

    await expect(change(world)).rejects.toMatchObject({ name });
    await expect(updateOwned(world, own('rebuild', 'first'), {})).rejects.toMatchObject({ name });

    expect(await world.tables.get(TABLE, KEY)).toEqual(before);
  });

  test.each([
    ['that it had before, unless others are named', undefined, '|host1|'],
    ['that are named', '|host2|', '|host2|'],
  ])('is forgotten when it ends, and the server keeps the hosts %s', async (_title, hosts, kept) => {
    const { tables } = await serverWith({ ...OWNED, [HOSTS]: '|host1|', [REBUILD.orderedAt]: 5 });

    await release({ tables }, own('rebuild', 'first'), hosts);

    expect(await tables.get(TABLE, KEY)).toStrictEqual({
      ...KEY,
      uuid: 'u1',
      deleted: false,
      vm_state: 'active',
      task_state: null,
      [HOSTS]: kept,
      [LAST_EXECUTION]: 'rebuild/first',
    });
  });

  test('of another execution does not end with it, and the table has to be there', async () => {
    const { tables } = await serverWith({ [REBUILD.owner]: 'second' });
    const before = await tables.get(TABLE, KEY);
    const away = watching<Tables>(tables, { update: () => Promise.reject(new Error('away')) });

    await release({ tables }, own('rebuild', 'first'));

    expect(await tables.get(TABLE, KEY)).toEqual(before);
    await expect(release({ tables: away }, own('rebuild', 'second'))).rejects.toEqual(new Error('away'));
  });
});
