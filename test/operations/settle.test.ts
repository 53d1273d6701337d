import { describe, expect, it } from 'vitest';
import { forgetToken, settle, settledAs, settleMigration } from '#operations/settle';
import type { Attributes, Tables } from '#ports/tables';
import { cellTable, instanceKey } from '#records/keys';
import { ENDED, operationNames, operationState, type Operation } from '#records/operation';
import { rejected } from '../fixtures/rejected.ts';
import { watching } from '../fixtures/watching.ts';
import { away, building } from '../fixtures/building-instance.ts';

const TABLE = cellTable('cell1');
const KEY = instanceKey('u1');
const [LAUNCH, LIVE, REBUILD] = [operationNames('launch'), operationNames('live-migrate'), operationNames('rebuild')];

describe('a server that has been written', () => {
  it('ends the Tasks that wait for it, and forgets their tokens', async () => {
    const world = await building({ vm_state: 'active', [LAUNCH.token]: 't1', [LIVE.token]: 't2' });

    await settle(world, TABLE, await world.item());

    expect(world.told).toEqual(['t1 {"outcome":"active"}']);
    expect(await world.item()).not.toHaveProperty([LAUNCH.token]);
    expect(operationState(await world.item(), 'launch').token).toBeNull();
    expect(operationState(await world.item(), 'live-migrate').token).toBe('t2');
  });

  it('ends nothing where nothing waits', async () => {
    const world = await building({ vm_state: 'active' });

    await settle(world, TABLE, await world.item());

    expect(world.told).toEqual([]);
  });

  it('keeps a token that has taken the place of the one that was answered', async () => {
    const world = await building({ [LAUNCH.token]: 't2' });

    await forgetToken(world, TABLE, 'u1', 'launch', 't1');

    expect(operationState(await world.item(), 'launch').token).toBe('t2');
  });

  it('is answered again where the table was away', async () => {
    const world = await building({ vm_state: 'active', [LAUNCH.token]: 't1' });
    const item = await world.item();

    expect(await rejected(settle({ ...world, tables: away(world.tables) }, TABLE, item))).toEqual(new Error('away'));
    expect(world.told).toEqual(['t1 {"outcome":"active"}']);
  });
});

describe('an operation has ended', () => {
  const AT_REST = { ...KEY, uuid: 'u1', vm_state: 'active', task_state: null, host: 'host1', deleted: false };

  it.each<readonly [Operation, string, Attributes, string | undefined]>([
    ['launch', 'by its vm_state', { vm_state: 'active', task_state: 'spawning' }, 'active'],
    ['cold-migrate', 'by its vm_state', { vm_state: 'resized' }, 'done'],
    ['live-migrate', 'by its migration alone', {}, undefined],
    ['live-migrate', 'by its migration', { [LIVE.migrationStatus]: 'completed' }, 'done'],
    ['unshelve', 'by its task', {}, 'done'],
    ['rebuild', 'in place by its task', {}, 'done'],
    ['rebuild', 'elsewhere by its migration alone', { [REBUILD.migration]: 'm1' }, undefined],
    ['rebuild', 'elsewhere by its migration', { [REBUILD.migration]: 'm1', [REBUILD.migrationStatus]: 'done' }, 'done'],
    ['rebuild', 'elsewhere not before it is there', { [REBUILD.destination]: 'host2' }, undefined],
    ['rebuild', 'elsewhere once it is there', { [REBUILD.destination]: 'host1' }, 'done'],
    ['cross-cell-resize', 'by no state', { vm_state: 'resized' }, undefined],
    ['confirm-across-cells', 'by a deletion', { deleted: true }, 'deleted'],
    ['revert-across-cells', 'by a deletion', { deleted: true }, 'deleted'],
    ['rebuild', 'as the save says that ended its task', { task_state: 'x', [ENDED]: 'error' }, 'error'],
  ])('%s: %s', (operation, _what, attributes, outcome) => {
    expect(settledAs({ ...AT_REST, ...attributes }, operation)).toBe(outcome);
  });
});

const migration = (fields: object = {}) => ({
  pk: 'm',
  sk: 'm',
  uuid: 'm1',
  instance_uuid: 'u1',
  status: 'completed',
  migration_type: 'live-migration',
  ...fields,
});

describe('a migration that has ended', () => {
  const waits = { vm_state: 'active', task_state: null, [LIVE.token]: 't1', [LIVE.migration]: 'm1' };

  it('is noted on its server, and ends what waits for it', async () => {
    const world = await building(waits);

    await settleMigration(world, TABLE, migration());

    expect(operationState(await world.item(), 'live-migrate')).toMatchObject({ migrationStatus: 'completed' });
    expect(world.told).toEqual(['t1 {"outcome":"done"}']);
  });

  it('is written once: the token goes when its execution releases the server', async () => {
    const world = await building(waits);
    let writes = 0;
    const tables = watching<Tables>(world.tables, {
      update: (...args) => {
        writes += 1;
        return world.tables.update(...args);
      },
    });

    await settleMigration({ ...world, tables }, TABLE, migration());

    expect(writes).toBe(1);
    expect(operationState(await world.item(), 'live-migrate').token).toBe('t1');
  });

  it.each([
    ['evacuation', 'rebuild'],
    ['migration', 'cold-migrate'],
    ['resize', 'cold-migrate'],
  ] as const)('of the kind %s is that of a %s', async (migration_type, operation) => {
    const world = await building({ [operationNames(operation).migration]: 'm1' });

    await settleMigration(world, TABLE, migration({ migration_type, status: 'error' }));

    expect(operationState(await world.item(), operation).migrationStatus).toBe('error');
  });

  it.each([
    ['goes on', { status: 'running' }, waits],
    ['is of no kind that is known', { migration_type: 'teleport' }, waits],
    ['is not the one that the operation waits for', {}, { ...waits, [LIVE.migration]: 'm2' }],
  ])('changes nothing where it %s', async (_title, fields, attributes) => {
    const world = await building(attributes);
    const before = await world.item();

    await settleMigration(world, TABLE, migration(fields));

    expect(await world.item()).toEqual(before);
    expect(world.told).toEqual([]);
  });

  it('makes no server that is gone', async () => {
    const world = await building();
    await world.tables.delete(TABLE, KEY);

    await settleMigration(world, TABLE, migration());

    expect(await world.tables.get(TABLE, KEY)).toBeUndefined();
  });

  it('is noted again where the table was away', async () => {
    const world = await building(waits);

    const error = await rejected(settleMigration({ ...world, tables: away(world.tables) }, TABLE, migration()));

    expect(error).toEqual(new Error('away'));
  });
});
