import { fillNode } from '../../fixtures/fill-node.ts';
import { describe, expect, test } from 'vitest';
import { NoValidHost } from '#errors';
import type { Behaviour } from '#local/fleet/behaviour';
import type { JsonMap } from '#ports/json';
import { fieldsOf, listOf, plainText } from '#wire/reading';
import { migrationOf } from '#records/methods/migration';
import { mustBeWire } from '#wire/wire-object';
import { alternates, GIVEN_BACK } from '../../fixtures/given-back.ts';
import { leftOver } from '../../fixtures/ledger.ts';
import { coldWorld, leaveMigration, type MovingWorld } from '../../fixtures/moves.ts';

const LARGER = { id: 2, name: 'm1.small', memory_mb: 2048, root_gb: 20 };

const at =
  (method: string, host: string, kind: ReturnType<Behaviour>): Behaviour =>
  (order) =>
    order.method === method && order.host === host ? kind : 'build';

const migrationHolds = (moving: MovingWorld): string[] => moving.held(plainText(moving.migrations[0]?.['uuid']));

const prepared = (moving: MovingWorld) =>
  moving.orders('prep_resize').map(({ host, args }) => [host, listOf(args['host_list']).length]);

/** Fills a host's memory. */
async function fill(moving: MovingWorld, host: string): Promise<void> {
  const [selection] = await alternates(moving, [host]);
  const node = plainText(fieldsOf(selection)['compute_node_uuid']);
  await fillNode(moving.of.services.placement, node);
}

/** What a compute sends that owns nothing of an execution: retry bookkeeping of one try on host2. */
describe('a cold migration that a compute gives back', () => {
  test('COLD-22 goes on with the same migration to the next alternate, and the compute is answered', async () => {
    const moving = await coldWorld({ behaviour: at('prep_resize', 'host2', { fail: 'it is full' }) });

    expect(await moving.move()).toBeNull();

    expect(moving.state).toBe('resized/null');
    expect(moving.migrations).toMatchObject([{ status: 'finished', dest_compute: 'host3' }]);
    expect(prepared(moving)).toEqual([
      ['host2', 1],
      ['host3', 0],
    ]);
    expect([moving.asked.length, moving.held(), migrationHolds(moving)]).toEqual([1, ['host3'], ['host1']]);
    await moving.of.clock.advance(120_000);
    expect(moving.of.world.fleet.host('host2').troubles).toEqual([]);
  });

  test('COLD-22 a reschedule that nobody owns takes up the migration that is there', async () => {
    const moving = await coldWorld();
    await moving.of.client.close();
    const left = await leaveMigration(moving);

    expect(
      await moving.move({ spec: null, hint: GIVEN_BACK, hostList: await alternates(moving, ['host3']) }),
    ).toBeNull();

    expect(moving.migrations.map(({ uuid }) => uuid)).toEqual([left]);
    expect([prepared(moving), moving.asked]).toEqual([[['host3', 0]], []]);
  });

  test('COLD-23 an alternate without room is passed over', async () => {
    const moving = await coldWorld();
    await fill(moving, 'host2');

    expect(await moving.move({ hint: GIVEN_BACK, hostList: await alternates(moving, ['host2', 'host3']) })).toBeNull();

    expect(prepared(moving)).toEqual([['host3', 0]]);
  });

  test('COLD-24 alternates that are used up give the claim back', async () => {
    const moving = await coldWorld();
    await fill(moving, 'host2');

    const answer = await moving.move({ hint: GIVEN_BACK, hostList: await alternates(moving, ['host2']) });

    expect(answer).toBeInstanceOf(NoValidHost);
    expect(answer?.message).toContain('No valid host found for cold migrate');
    expect([moving.migrations[0]?.['status'], moving.held(), migrationHolds(moving)]).toEqual(['error', ['host1'], []]);
  });

  test('COLD-25 no alternates at all asks no scheduler', async () => {
    const moving = await coldWorld();

    const answer = await moving.move({ hint: GIVEN_BACK, hostList: [] });

    expect(answer).toBeInstanceOf(NoValidHost);
    expect([moving.asked, moving.held(), moving.state]).toEqual([[], ['host1'], 'active/null']);
  });

  test('COLD-26 an alternate without placement data is taken without a claim', async () => {
    const moving = await coldWorld();
    const hostList = await alternates(moving, ['host3'], { allocation_request: null });

    expect(await moving.move({ hint: GIVEN_BACK, hostList })).toBeNull();

    expect([prepared(moving), moving.held(), migrationHolds(moving)]).toEqual([[['host3', 0]], [], ['host1']]);
  });

  test.each([
    ['is claimed', undefined],
    ['comes without placement data', null],
  ])('an alternate whose host nobody knows, and that %s, leaves nothing claimed', async (_title, request) => {
    const moving = await coldWorld();
    const unknown = { service_host: 'nowhere', nodename: 'nowhere' };
    const changes = request === undefined ? unknown : { ...unknown, allocation_request: request };

    const answer = await moving.move({ hint: GIVEN_BACK, hostList: await alternates(moving, ['host3'], changes) });

    expect(answer).toBeInstanceOf(Error);
    expect([moving.state, moving.held(), migrationHolds(moving)]).toEqual(['active/null', ['host1'], []]);
    expect(moving.migrations).toMatchObject([{ status: 'error' }]);
    expect(await leftOver(moving.of)).toEqual([]);
  });

  test('an alternate whose host nobody knows is passed over, and the next one gets the server', async () => {
    const moving = await coldWorld();
    const unknown = await alternates(moving, ['host3'], { service_host: 'nowhere', nodename: 'nowhere' });

    const hostList = [...unknown, ...(await alternates(moving, ['host3']))];

    expect(await moving.move({ hint: GIVEN_BACK, hostList })).toBeNull();
    expect([prepared(moving), moving.held()]).toEqual([[['host3', 0]], ['host3']]);
  });

  test('a reschedule that dies in retry counting ends its migration in error (quirk Q8)', async () => {
    const moving = await coldWorld({
      behaviour: ({ method }) => (method === 'prep_resize' ? { fail: 'full' } : 'build'),
      config: { maxAttempts: 2 },
    });

    await moving.move();

    expect(prepared(moving)).toEqual([
      ['host2', 1],
      ['host3', 0],
    ]);
    expect([moving.state, moving.migrations[0]?.['status'], moving.held()]).toEqual([
      'active/null',
      'error',
      ['host1'],
    ]);
    expect(moving.eventResults).toEqual({ conductor_migrate_server: 'Error', cold_migrate: 'Error' });
    expect(moving.of.world.fleet.host('host3').troubles.map(({ error }) => error.name)).toEqual(['NoValidHost']);
  });

  test("EVT-09 the second try's events are rows of their own, and the first are the ones that are finished", async () => {
    const moving = await coldWorld({ behaviour: at('prep_resize', 'host2', { fail: 'it is full' }) });

    await moving.move();

    const rows = moving.of.beside(moving.uuid, 'event#').filter(({ event }) => event === 'cold_migrate');
    expect(rows.map(({ result }) => result)).toEqual(['Success', null]);
  });
});

/** What the user asks of a server that is resized, as its host gets it. */
const order = async (moving: MovingWorld, host: string, method: string, more: JsonMap = {}): Promise<void> => {
  const [migration] = moving.migrations;
  if (migration === undefined) throw new Error('there is no migration');
  await moving.of.services.compute.cast({
    cell: 'cell1',
    host,
    method,
    version: '6.0',
    context: moving.context,
    uniqueId: `${method}-1`,
    args: {
      instance: moving.instance,
      migration: mustBeWire(migrationOf(migration).toPrimitive(), 'the migration'),
      ...more,
    },
  });
  await moving.of.clock.advance(30_000);
};

describe('a resize that is done', () => {
  test('and confirmed releases what the source held', async () => {
    const moving = await coldWorld();
    await moving.move({ flavor: LARGER });

    await order(moving, 'host1', 'confirm_resize');

    expect(moving.migrations).toMatchObject([{ status: 'confirmed' }]);
    expect([moving.state, moving.held(), migrationHolds(moving)]).toEqual(['active/null', ['host2'], []]);
    expect(await leftOver(moving.of)).toEqual([]);
  });

  test('and reverted has its server, flavor and claim on the source again', async () => {
    const moving = await coldWorld();
    await moving.move({ flavor: LARGER });
    await moving.change({ task_state: 'resize_reverting' });

    await order(moving, 'host2', 'revert_resize', { request_spec: moving.spec() });

    expect(moving.migrations).toMatchObject([{ status: 'reverted' }]);
    expect([moving.state, moving.item['host'], moving.item['memory_mb']]).toEqual(['active/null', 'host1', 512]);
    expect(Object.values(await moving.allocations())).toEqual([{ DISK_GB: 1, MEMORY_MB: 512, VCPU: 1 }]);
    expect([moving.held(), migrationHolds(moving)]).toEqual([['host1'], []]);
  });
});

describe('a cold migration whose hosts fail on the way', () => {
  test('a destination that dies while it prepares gives way to the next alternate', async () => {
    const moving = await coldWorld({ behaviour: at('prep_resize', 'host2', { die: 'after-read' }) });

    await moving.move();

    expect([moving.state, moving.item['host'], moving.held(), migrationHolds(moving)]).toEqual([
      'resized/null',
      'host3',
      ['host3'],
      ['host1'],
    ]);
    expect(moving.item['op:hosts']).toBe('|host1|host3|');
  });

  test('a destination that dies with the last alternate leaves the server as it was', async () => {
    const moving = await coldWorld({
      scheduler: () => [['host2']],
      behaviour: at('prep_resize', 'host2', { die: 'after-claim' }),
    });

    await moving.move({ flavor: LARGER });

    expect([moving.state, moving.held(), migrationHolds(moving)]).toEqual(['active/null', ['host1'], []]);
    expect(fieldsOf(moving.storedSpec['flavor'])['id']).toBe(1);
    expect([moving.migrations[0]?.['status'], moving.item['op:hosts']]).toEqual(['error', '|host1|']);
  });

  test('a source that dies with the disks half-way puts the server in error, its claim back on the source', async () => {
    const moving = await coldWorld({ behaviour: at('resize_instance', 'host1', { die: 'mid-build' }) });

    await moving.move({ flavor: LARGER });

    expect([moving.state, moving.item['host'], moving.held(), migrationHolds(moving)]).toEqual([
      'error/null',
      'host1',
      ['host1'],
      [],
    ]);
    expect([moving.migrations[0]?.['status'], moving.faultRecords.length]).toEqual(['error', 1]);
  });

  test('a destination that dies after the switch keeps the server in error, and its claim', async () => {
    const moving = await coldWorld({ behaviour: at('finish_resize', 'host2', { die: 'mid-build' }) });

    await moving.move({ flavor: LARGER });

    expect([moving.state, moving.item['host'], moving.held(), migrationHolds(moving)]).toEqual([
      'error/null',
      'host2',
      ['host2'],
      [],
    ]);
  });

  test('a source that fails with the disks ends the move, and the claim is back', async () => {
    const moving = await coldWorld({ behaviour: at('resize_instance', 'host1', { abort: 'no disk' }) });

    await moving.move({ flavor: LARGER });

    expect([moving.state, moving.migrations[0]?.['status'], moving.held(), migrationHolds(moving)]).toEqual([
      'error/null',
      'error',
      ['host1'],
      [],
    ]);
    const [execution] = await moving.of.executions('cold-migrate');
    expect(execution?.output).toContain('"error"');
  });

  test('hosts that are silent for longer than a limit that is set have lost their order, although alive', async () => {
    const moving = await coldWorld({
      behaviour: at('prep_resize', 'host2', { delay: 4_000_000 }),
      config: { stallSeconds: 600 },
    });

    await moving.move();

    expect([moving.state, moving.item['host']]).toEqual(['resized/null', 'host3']);
  });
});
