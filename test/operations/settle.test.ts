import { describe, expect, it } from 'vitest';
import { settle, settledAs, settledBySave, settleMigration } from '#operations/settle';
import type { Attributes, Tables } from '#ports/tables';
import { cellTable, instanceKey } from '#records/keys';
import { ENDED, operationNames, operationState, type Operation } from '#records/operation';
import { rejected } from '../fixtures/rejected.ts';
import { watching } from '../fixtures/watching.ts';
import { away, building, waits } from '../fixtures/building-instance.ts';

const TABLE = cellTable('cell1');
const KEY = instanceKey('u1');
const [LIVE, REBUILD] = [operationNames('live-migrate'), operationNames('rebuild')];
const WAIT = { operation: 'launch', uuid: 'u1', execution: 'e1', token: 't1', attempt: 0 } as const;

describe('a server that has been written', () => {
  it('ends the Tasks that wait for what it shows, and no other', async () => {
    const world = await building({ vm_state: 'active', [LIVE.owner]: 'e1' });
    await waits(world.tables, { ...WAIT, token: 't1' });
    await waits(world.tables, { ...WAIT, operation: 'live-migrate', token: 't2' });

    await settle(world, await world.item());

    expect(world.answers).toEqual(['t1 {"outcome":"active"}']);
  });

  it.each([
    ['another execution', { execution: 'e2' }],
    ['another attempt', { attempt: 1 }],
  ])('ends nothing of %s', async (_title, other) => {
    const world = await building({ vm_state: 'active' });
    await waits(world.tables, { ...WAIT, ...other });

    await settle(world, await world.item());

    expect(world.answers).toEqual([]);
  });

  it('settles a build by its vm_state alone, and another operation by anything', () => {
    expect(settledBySave(['vm_state', 'task_state'])).toContain('launch');
    expect(settledBySave(['task_state'])).not.toContain('launch');
    expect(settledBySave(['task_state'])).toContain('rebuild');
  });

  it('ends nothing where nothing waits', async () => {
    const world = await building({ vm_state: 'active' });

    await settle(world, await world.item());

    expect(world.answers).toEqual([]);
  });

  it('is answered as often as it is written', async () => {
    const world = await building({ vm_state: 'active' });
    await waits(world.tables, WAIT);

    await settle(world, await world.item());
    await settle(world, await world.item());

    expect(world.answers).toEqual(['t1 {"outcome":"active"}', 't1 {"outcome":"active"}']);
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
  const moving = { vm_state: 'active', task_state: null, [LIVE.owner]: 'e1', [LIVE.migration]: 'm1' };
  const waitingWorld = async () => {
    const world = await building(moving);
    await waits(world.tables, { ...WAIT, operation: 'live-migrate' });
    return world;
  };

  it('is noted on its server, and ends what waits for it', async () => {
    const world = await waitingWorld();

    await settleMigration(world, TABLE, migration());

    expect(operationState(await world.item(), 'live-migrate')).toMatchObject({ migrationStatus: 'completed' });
    expect(world.answers).toEqual(['t1 {"outcome":"done"}']);
  });

  it('counts by the status that its host saves last', async () => {
    const world = await building({ ...moving, task_state: 'migrating' });
    await waits(world.tables, { ...WAIT, operation: 'live-migrate' });
    await settleMigration(world, TABLE, migration({ status: 'error' }));
    const before = [...world.answers];

    await settleMigration(world, TABLE, migration({ status: 'completed' }));

    expect(before).toEqual([]);
    expect(operationState(await world.item(), 'live-migrate')).toMatchObject({ migrationStatus: 'completed' });
    expect(world.answers).toEqual(['t1 {"outcome":"done"}']);
  });

  it('is written once', async () => {
    const world = await waitingWorld();
    let writes = 0;
    const tables = watching<Tables>(world.tables, {
      update: (...args) => {
        writes += 1;
        return world.tables.update(...args);
      },
    });

    await settleMigration({ ...world, tables }, TABLE, migration());

    expect(writes).toBe(1);
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
    ['goes on', { status: 'running' }, moving],
    ['is of no kind that is known', { migration_type: 'teleport' }, moving],
    ['is not the one that the operation waits for', {}, { ...moving, [LIVE.migration]: 'm2' }],
  ])('changes nothing where it %s', async (_title, fields, attributes) => {
    const world = await building(attributes);
    const before = await world.item();

    await settleMigration(world, TABLE, migration(fields));

    expect(await world.item()).toEqual(before);
    expect(world.answers).toEqual([]);
  });

  it('makes no server that is gone', async () => {
    const world = await building();
    await world.tables.delete(TABLE, KEY);

    await settleMigration(world, TABLE, migration());

    expect(await world.tables.get(TABLE, KEY)).toBeUndefined();
  });

  it('is noted again where the table was away', async () => {
    const world = await building(moving);

    const error = await rejected(settleMigration({ ...world, tables: away(world.tables) }, TABLE, migration()));

    expect(error).toEqual(new Error('away'));
  });
});
