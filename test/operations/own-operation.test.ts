import { describe, expect, test } from 'vitest';
import { InstanceInvalidState, OperationBusy } from '#errors';
import { acquire, isFree, owners as ownerNames } from '#operations/own-operation';
import type { Executions } from '#ports/executions';
import type { Tables } from '#ports/tables';
import { DELETION, ENDED, operationNames, operationState } from '#records/operation';
import { watching } from '../fixtures/watching.ts';
import { KEY, own, serverWith, TABLE } from './owned-server.ts';

/** Tables whose first read is followed by something else before its reader hears of it. */
function interrupted(tables: Tables, meanwhile: () => Promise<unknown>): Tables {
  let first = true;
  return watching(tables, {
    get: async (table, key) => {
      const item = await tables.get(table, key);
      if (first) {
        first = false;
        await meanwhile();
      }
      return item;
    },
  });
}

describe('of two requests that read a server before either has written', () => {
  test.each([
    ['two cold migrations', 'cold-migrate', 'cold-migrate', 'resize_prep'],
    ['a cold and a live migration', 'cold-migrate', 'live-migrate', 'migrating'],
    ['two rebuilds', 'rebuild', 'rebuild', 'rebuilding'],
    ['an unshelving and a rebuild', 'unshelve', 'rebuild', 'rebuilding'],
  ] as const)('one owns it: %s', async (_title, first, second, task_state) => {
    const { tables, executions, owners } = await serverWith({ task_state });
    const meanwhile = () => acquire({ tables, executions }, own(second, 'second'));

    const losing = acquire({ tables: interrupted(tables, meanwhile), executions }, own(first, 'first'));

    await expect(losing).rejects.toSatisfy(
      (error) => error instanceof InstanceInvalidState || error instanceof OperationBusy,
    );
    expect(await owners()).toEqual([`${second} second`]);
  });

  test('a request whose server changed meanwhile looks again', async () => {
    const { tables, executions, owners } = await serverWith({ task_state: 'rebuilding' });
    const meanwhile = () => tables.update(TABLE, KEY, { set: { task_state: 'deleting' } });

    const item = await acquire({ tables: interrupted(tables, meanwhile), executions }, own('rebuild', 'first'));

    expect(item).toMatchObject({ task_state: 'deleting' });
    expect(await owners()).toEqual(['rebuild first']);
  });
});

describe('a request on a server that another execution owns', () => {
  const LIVE = operationNames('live-migrate');

  test.each([
    ['is in the middle of its task is refused', { task_state: 'migrating' }, InstanceInvalidState],
    ['whose task a host has ended waits', { task_state: 'migrating', [ENDED]: 'active' }, OperationBusy],
    ['whose task has given way to the next waits', { task_state: 'rebuilding' }, OperationBusy],
    [
      'whose migration is over waits',
      { task_state: 'migrating', [LIVE.migration]: 'm', [LIVE.migrationStatus]: 'completed' },
      OperationBusy,
    ],
  ])('that %s', async (_title, attributes, error) => {
    const { tables, executions } = await serverWith({ [LIVE.owner]: 'first', ...attributes });

    const asking = acquire({ tables, executions }, own('live-migrate', 'second'));

    await expect(asking).rejects.toBeInstanceOf(error);
  });

  test('that runs no more succeeds it', async () => {
    const { tables, executions, owners } = await serverWith({ [LIVE.owner]: 'gone' }, ['second']);

    await acquire({ tables, executions }, own('rebuild', 'second'));

    expect(await owners()).toEqual(['rebuild second']);
  });
});

describe('the execution that acquires a server', () => {
  const [COLD, LIVE] = [operationNames('cold-migrate'), operationNames('live-migrate')];
  const LAUNCH = operationNames('launch');

  test('owns it with bookkeeping of its own, and nothing of who had it before', async () => {
    const { tables, executions } = await serverWith(
      {
        [LAUNCH.request]: 'old',
        [LAUNCH.attempt]: 1,
        [LAUNCH.orderedAt]: 1,
        [COLD.destination]: 'host9',
        [COLD.attempt]: 3,
        [ENDED]: 'error',
        [DELETION]: true,
        [LIVE.owner]: 'gone',
      },
      ['first'],
    );

    const item = await acquire({ tables, executions }, own('cold-migrate', 'first'));

    expect(item).toEqual({
      ...KEY,
      uuid: 'u1',
      deleted: false,
      vm_state: 'active',
      task_state: null,
      [COLD.owner]: 'first',
    });
    expect(await tables.get(TABLE, KEY)).toEqual(item);
  });

  test.each([
    ['that is about to be made', 'm2'],
    ['of nobody, where it makes none', null],
  ])('notes the migration %s', async (_title, migration) => {
    const { tables, executions } = await serverWith({ [COLD.owner]: 'gone', [COLD.migration]: 'm1' }, ['first']);

    const item = await acquire({ tables, executions }, own('cold-migrate', 'first'), migration);

    expect(operationState(item, 'cold-migrate').migration).toBe(migration);
    expect(await tables.get(TABLE, KEY)).toEqual(item);
  });

  test('asks about nobody where nobody owns the server', async () => {
    const { tables, owners, executions } = await serverWith();
    const away = watching<Executions>(executions, { status: () => Promise.reject(new Error('away')) });

    await acquire({ tables, executions: away }, own('rebuild', 'first'));

    expect(await owners()).toEqual(['rebuild first']);
  });

  test.each(['deleting', 'soft-deleting'])(
    'leaves the mark of a deletion that is under way: %s',
    async (task_state) => {
      const { tables, executions } = await serverWith({ task_state, [DELETION]: true });

      expect(await acquire({ tables, executions }, own('rebuild', 'first'))).toMatchObject({ [DELETION]: true });
    },
  );

  test('keeps its bookkeeping when it acquires the server again', async () => {
    const { tables, executions } = await serverWith({ [COLD.owner]: 'first', [COLD.attempt]: 2 });
    const before = await tables.get(TABLE, KEY);

    expect(await acquire({ tables, executions }, own('cold-migrate', 'first'))).toEqual(before);
  });

  test.each([
    ['is deleted', (tables: Tables) => tables.update(TABLE, KEY, { set: { deleted: true } })],
    ['is gone', (tables: Tables) => tables.delete(TABLE, KEY)],
  ])('finds no server that %s, before or meanwhile', async (_title, ending) => {
    const [before, meanwhile] = [await serverWith(), await serverWith()];
    await ending(before.tables);
    const tables = interrupted(meanwhile.tables, () => ending(meanwhile.tables));

    for (const world of [before, { ...meanwhile, tables }])
      await expect(acquire(world, own('rebuild', 'first'))).rejects.toMatchObject({
        name: 'InstanceNotFound',
        params: { instance_id: 'u1' },
      });
  });

  test('is refused with the task of the server, and with the execution that owns it', async () => {
    const busy = await serverWith({ [LIVE.owner]: 'first', task_state: 'migrating' });
    const ending = await serverWith({ [LIVE.owner]: 'first', task_state: null });

    await expect(acquire(busy, own('rebuild', 'second'))).rejects.toMatchObject({
      params: { instance_uuid: 'u1', attr: 'task_state', state: 'migrating', method: 'rebuild' },
    });
    await expect(acquire(ending, own('rebuild', 'second'))).rejects.toThrow('first');
  });

  test.each([
    ['cold-migrate', ['resize_prep', 'resize_migrating', 'resize_migrated', 'resize_finish']],
    ['cross-cell-resize', ['resize_prep', 'resize_migrating', 'resize_migrated']],
    ['revert-across-cells', ['resize_reverting']],
    ['rebuild', ['rebuilding', 'rebuild_block_device_mapping', 'rebuild_spawning']],
    ['unshelve', ['unshelving', 'powering-on', 'spawning']],
  ] as const)('is refused in the middle of a %s: at %j', async (operation, tasks) => {
    for (const task_state of tasks) {
      const world = await serverWith({ [operationNames(operation).owner]: 'first', task_state });

      await expect(acquire(world, own('live-migrate', 'second'))).rejects.toBeInstanceOf(InstanceInvalidState);
    }
  });

  test('gives up on a server that changes at every look, and looks at it eight times', async () => {
    const { tables, executions } = await serverWith();
    let looks = 0;
    const restless = watching<Tables>(tables, {
      update: async (table, key, update, condition) => {
        looks += 1;
        await tables.update(TABLE, KEY, { set: { task_state: `task-${looks}` } });
        return tables.update(table, key, update, condition);
      },
    });

    const asking = acquire({ tables: restless, executions }, own('rebuild', 'first'));

    await expect(asking).rejects.toMatchObject({ name: 'TransactionConflict', message: expect.stringMatching(/u1/u) });
    expect(looks).toBe(8);
  });

  test('acquires nothing while the table is away', async () => {
    const { tables, executions } = await serverWith();
    const away = watching<Tables>(tables, { update: () => Promise.reject(new Error('away')) });

    await expect(acquire({ tables: away, executions }, own('rebuild', 'first'))).rejects.toEqual(new Error('away'));
  });
});

test('a server is free where no operation but a launch owns it', () => {
  expect(isFree({ ...KEY, [operationNames('launch').owner]: 'e1' })).toBe(true);
  for (const owner of ownerNames) expect(isFree({ ...KEY, [owner]: 'e1' })).toBe(false);
});
