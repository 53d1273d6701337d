import { describe, expect, test } from 'vitest';
import {
  HypervisorUnavailable,
  InvalidCPUInfo,
  InvalidLocalStorage,
  InvalidSharedStorage,
  LiveMigrationWithOldNovaNotSupported,
  MigrationError,
  MigrationPreCheckClientException,
  NoValidHost,
  type NovaError,
} from '#errors';
import { setFields } from '#wire/wire';
import type { Behaviour } from '#local/fleet/behaviour';
import { answering } from '#local/fleet/move-site';
import type { Order } from '#local/fleet/order';
import type { BuildSite } from '#local/fleet/build-site';
import type { JsonMap, WireObject } from '#ports/json';
import type { Services } from '#ports/services';
import { migrationOf } from '#records/methods/migration';
import { hostsOf } from '#records/operation';
import { plainText } from '#wire/reading';
import { mustBeWire } from '#wire/wire-object';
import { leftOver } from '../../fixtures/ledger.ts';
import { liveWorld, type MoveRequest, type MovingWorld } from '../../fixtures/moves.ts';
import { CELLS } from '../../fixtures/build-world.ts';

const SCHEDULED: MoveRequest = { live: true, flavor: null, hint: { host: null } };
const FORCED: MoveRequest = { live: true, flavor: null, hint: { host: 'host2' } };

const migrationHolds = (moving: MovingWorld): string[] => moving.held(plainText(moving.migrations[0]?.['uuid']));

/** A world whose hosts answer the question with this error. */
const answeringWith = (error: NovaError) => {
  const refuse = (site: BuildSite, order: Order): Promise<void> =>
    answering(site, order, async () => {
      throw error;
    });
  const orders = { check_can_live_migrate_destination: refuse };
  const hosts = ['host1', 'host2', 'host3'].map((host) => ({ host, cell: CELLS[0].name, orders }));
  return liveWorld({ hosts });
};

/** The host carries out one order in its own way. */
const at =
  (method: string, host: string, kind: ReturnType<Behaviour>): Behaviour =>
  (order) =>
    order.method === method && order.host === host ? kind : 'build';

/** The order comes to nothing: with an error, or without a word. */
const failingCast =
  (error?: Error) =>
  (services: Services): Services => ({
    ...services,
    compute: {
      call: (message) => services.compute.call(message),
      cast: async (message) => {
        if (message.method !== 'live_migration') await services.compute.cast(message);
        else if (error !== undefined) throw error;
      },
    },
  });

describe('a live migration whose destination refuses for good', () => {
  const hard: readonly (readonly [string, NovaError])[] = [
    ['LIVE-27', new HypervisorUnavailable({ host: 'host2' })],
    ['LIVE-35', new InvalidLocalStorage({ path: '/var', reason: 'shared' })],
    ['LIVE-35', new InvalidSharedStorage({ path: '/var', reason: 'local' })],
    ['LIVE-35', new MigrationPreCheckClientException({ reason: 'client' })],
    ['LIVE-35', new LiveMigrationWithOldNovaNotSupported()],
  ];

  test.each(hard)('%s the caller gets the same %s, and the server keeps its state', async (_row, error) => {
    const moving = await answeringWith(error);

    const answer = await moving.move(SCHEDULED);

    expect([answer?.name, answer?.message]).toEqual([error.name, error.message]);
    expect(moving.asked).toHaveLength(1);
    expect([moving.state, moving.held(), moving.migrations[0]?.['status']]).toEqual([
      'active/null',
      ['host1'],
      'error',
    ]);
    expect(moving.faultRecords).toHaveLength(1);
    expect(moving.of.platform.log.lines.filter(({ message }) => message === 'server failure')).toEqual([]);
  });

  test('LIVE-44 a soft refusal of a forced host is reported, params and all', async () => {
    const moving = await answeringWith(new InvalidCPUInfo({ reason: 'no avx' }));

    const answer = await moving.move(FORCED);

    expect(answer).toMatchObject({ name: 'InvalidCPUInfo', params: { reason: 'no avx' } });
    expect(moving.migrations).toMatchObject([{ status: 'error', dest_compute: 'host2' }]);
  });
});

describe('a live migration that fails otherwise', () => {
  test('LIVE-36 an error that nobody knows puts the server in error, and the log names the destination', async () => {
    const moving = await liveWorld({ adapt: failingCast(new TypeError('fake error')) });

    const answer = await moving.move(FORCED);

    expect(answer).toBeInstanceOf(MigrationError);
    expect([moving.state, moving.migrations[0]?.['status']]).toEqual(['error/null', 'error']);
    expect(moving.of.platform.log.lines).toContainEqual(
      expect.objectContaining({ level: 'error', fields: expect.objectContaining({ dest: 'host2' }) }),
    );
  });

  test('LIVE-39 an order that cannot be sent gives both claims back', async () => {
    const moving = await liveWorld({ adapt: failingCast(new TypeError('no queue')) });

    const answer = await moving.move(SCHEDULED);

    expect(answer?.message).toBe('Migration error: TypeError');
    expect([moving.state, moving.held(), migrationHolds(moving)]).toEqual(['error/null', ['host1'], []]);
  });

  test('LIVE-41 nobody waits for a cast, whose records are those of a call', async () => {
    const moving = await liveWorld({ scheduler: () => new NoValidHost({ reason: '' }) });

    await moving.of.client.liveMigrateInstance(moving.context, { ...moving.liveArguments(), host: null, async: true });
    await moving.of.end();

    expect([moving.state, moving.migrations[0]?.['status'], moving.held()]).toEqual([
      'active/null',
      'error',
      ['host1'],
    ]);
    expect(moving.faultRecords).toHaveLength(1);
    expect(moving.of.notifications('compute_task.migrate_server')).toHaveLength(1);
    expect(moving.eventResults).toEqual({ conductor_live_migrate_instance: 'Error' });
  });

  test('a server that another task owns by then keeps its state (quirk Q3)', async () => {
    const moving = await liveWorld({ scheduler: () => new NoValidHost({ reason: '' }) });
    await moving.change({ task_state: 'deleting' });

    await moving.move(SCHEDULED);

    expect([moving.state, moving.migrations[0]?.['status'], moving.faultRecords.length]).toEqual([
      'active/deleting',
      'error',
      1,
    ]);
  });

  test('a server that was deleted meanwhile is reported to the caller and holds nothing', async () => {
    const deleting = { now: (): Promise<unknown> => Promise.resolve() };
    const moving = await liveWorld({
      around: async (run, { step }) => {
        if (step === 'order-migration') await deleting.now();
        return run();
      },
    });
    deleting.now = () => moving.change({ deleted: true });

    const answer = await moving.move(SCHEDULED);

    expect(answer?.name).toBe('InstanceNotFound');
    expect([migrationHolds(moving), moving.migrations[0]?.['status']]).toEqual([[], 'error']);
  });

  test('a second request is refused while the first one runs, and changes nothing', async () => {
    const moving = await liveWorld({ behaviour: at('live_migration', 'host1', { delay: 60_000 }) });
    await moving.call(SCHEDULED);
    await moving.begin('live-migration', 'req-second');

    const second = moving.again('req-second');
    const answer = await second.call(SCHEDULED);

    expect(answer?.name).toBe('InstanceInvalidState');
    await moving.of.end();
    expect([moving.state, moving.migrations.length, moving.held()]).toEqual(['active/null', 1, ['host2']]);
  });

  test('a server mapped to no cell is refused at once (quirk Q1)', async () => {
    const moving = await liveWorld();
    await moving.of.platform.tables.update(
      'mappings',
      { pk: `instance#${moving.uuid}`, sk: 'mapping' },
      { set: { cell: null } },
    );

    const answer = await moving.call(SCHEDULED);

    expect(answer?.name).toBe('InstanceMappingNotFound');
  });
});

describe('a live migration whose hosts fail on the way', () => {
  test('a copy that fails is rolled back by the source, and the claim is back', async () => {
    const moving = await liveWorld({ behaviour: at('live_migration', 'host1', { fail: 'no network' }) });

    expect(await moving.move(SCHEDULED)).toBeNull();

    expect(moving.migrations).toMatchObject([{ status: 'failed' }]);
    expect([moving.state, moving.item['host'], moving.held(), migrationHolds(moving)]).toEqual([
      'active/null',
      'host1',
      ['host1'],
      [],
    ]);
    expect(await leftOver(moving.of)).toEqual([]);
  });

  test('a destination that dies while it is asked gives way to the next', async () => {
    const moving = await liveWorld({
      scheduler: (_request, asked) => [[asked === 1 ? 'host2' : 'host3']],
      behaviour: at('check_can_live_migrate_destination', 'host2', { die: 'after-claim' }),
    });

    expect(await moving.move(SCHEDULED)).toBeNull();

    expect([moving.item['host'], moving.held()]).toEqual(['host3', ['host3']]);
  });

  test('a source that dies while it copies leaves the server where it was, its claim back, the destination fenced', async () => {
    const moving = await liveWorld({ behaviour: at('live_migration', 'host1', { die: 'mid-build' }) });

    expect(await moving.move(SCHEDULED)).toBeNull();

    expect([moving.state, moving.item['host'], moving.held(), migrationHolds(moving)]).toEqual([
      'active/null',
      'host1',
      ['host1'],
      [],
    ]);
    expect(moving.migrations).toMatchObject([{ status: 'error' }]);
    expect([moving.item['op:hosts'], moving.faultRecords.length]).toEqual(['|host1|', 1]);
  });

  test('a source that dies after the switch has only not said that it is done', async () => {
    const moving = await liveWorld({ behaviour: at('live_migration', 'host1', { die: 'after-claim' }) });

    expect(await moving.move(SCHEDULED)).toBeNull();

    expect([moving.state, moving.item['host'], moving.held(), migrationHolds(moving)]).toEqual([
      'active/null',
      'host2',
      ['host2'],
      [],
    ]);
    expect(moving.migrations).toMatchObject([{ status: 'completed' }]);
    expect(await leftOver(moving.of)).toEqual([]);
  });

  test('a long copy is waited for', async () => {
    const moving = await liveWorld({ behaviour: at('live_migration', 'host1', { delay: 900_000 }) });

    await moving.move(SCHEDULED);

    expect([moving.state, moving.item['host']]).toEqual(['active/null', 'host2']);
  });

  test('an abort by the user ends the wait, with the server and its claim where they were', async () => {
    const moving = await liveWorld({ behaviour: at('live_migration', 'host1', { delay: 7_200_000 }) });
    await moving.call(SCHEDULED);
    const save = (object: WireObject, fields: JsonMap): Promise<unknown> =>
      moving.of.client.objectAction(moving.context, setFields(object, fields), 'save', {}, { cell: 'cell1' });
    const [migration] = moving.migrations.map((item) => migrationOf(item).toPrimitive());

    await save(mustBeWire(migration, 'the migration'), { status: 'cancelled' });
    await save(moving.instance, { task_state: null });
    await moving.of.clock.advance(60_000);

    const [execution] = await moving.of.executions('live-migrate');
    expect(execution?.status).toBe('SUCCEEDED');
    expect([moving.state, moving.item['host'], moving.held(), migrationHolds(moving)]).toEqual([
      'active/null',
      'host1',
      ['host1'],
      [],
    ]);
    expect(hostsOf(moving.item)).toEqual(['host1']);
    expect(await leftOver(moving.of)).toEqual([]);
  });

  test('a source that lives and has lost the order is given up after orderSeconds', async () => {
    const moving = await liveWorld({ config: { orderSeconds: 300 }, adapt: failingCast() });

    await moving.move(SCHEDULED);

    expect([moving.state, moving.held(), moving.migrations[0]?.['status']]).toEqual([
      'active/null',
      ['host1'],
      'error',
    ]);
    expect(await leftOver(moving.of)).toEqual([]);
  });
});
