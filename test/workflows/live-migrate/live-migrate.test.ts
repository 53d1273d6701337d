import { describe, expect, test } from 'vitest';
import { NoValidHost } from '#errors';
import { serviceKey } from '#records/keys';
import { fieldsOf } from '#wire/reading';
import { leftOver } from '../../fixtures/ledger.ts';
import { liveWorld } from '../../fixtures/moves.ts';
import { answering, checked, FORCED, migrationHolds, node, SCHEDULED } from '../../fixtures/live-moves.ts';

describe('a live migration', () => {
  test('LIVE-01 asks the destination that the scheduler chose and orders the source', async () => {
    const moving = await liveWorld();

    const answer = await moving.move(SCHEDULED);

    expect(answer).toBeNull();
    expect(moving.migrations).toMatchObject([
      {
        migration_type: 'live-migration',
        status: 'completed',
        source_compute: 'host1',
        source_node: 'host1',
        dest_compute: 'host2',
        dest_node: 'host2',
      },
    ]);
    expect(checked(moving)).toEqual(['host2']);
    expect(moving.orders('live_migration').map(({ host }) => host)).toEqual(['host1']);
    const order = moving.order('live_migration');
    expect(order['dest']).toBe('host2');
    expect(fieldsOf(order['migrate_data'])['filename']).toBe('host2');
    expect(fieldsOf(order['migration'])).toMatchObject({ status: 'accepted', dest_compute: 'host2' });
    expect([moving.state, moving.item['host'], moving.held(), migrationHolds(moving)]).toEqual([
      'active/null',
      'host2',
      ['host2'],
      [],
    ]);
    expect(await leftOver(moving.of)).toEqual([]);
  });

  test('LIVE-01 between the order and the end the migration holds the source and the server its destination', async () => {
    const moving = await liveWorld({
      behaviour: ({ method }) => (method === 'live_migration' ? { delay: 300_000 } : 'build'),
    });

    await moving.call(SCHEDULED);

    expect([moving.held(), migrationHolds(moving)]).toEqual([['host2'], ['host1']]);
  });

  test('LIVE-02 a forced destination is checked, asked and claimed without the scheduler', async () => {
    const moving = await liveWorld();
    const before = Object.values(await moving.allocations());

    const answer = await moving.move(FORCED);

    expect(answer).toBeNull();
    expect(moving.asked).toEqual([]);
    expect(checked(moving)).toEqual(['host2']);
    expect([moving.item['host'], moving.held()]).toEqual(['host2', ['host2']]);
    expect(Object.values(await moving.allocations())).toEqual(before);
  });

  test('computes older than what is served are not asked, and the server runs on as it was [LIVE-03, quirk Q11]', async () => {
    const moving = await liveWorld();
    await moving.of.platform.tables.update('cell-cell1', serviceKey('host3', 'nova-compute'), { set: { version: 24 } });
    await moving.of.clock.advance(61_000);

    const answer = await moving.move(SCHEDULED);

    expect(answer?.name).toBe('UnsupportedVersion');
    expect([checked(moving), moving.held(), migrationHolds(moving)]).toEqual([[], ['host1'], []]);
    expect([moving.state, moving.item['host'], moving.item['node']]).toEqual(['active/null', 'host1', 'host1']);
    expect(moving.migrations).toMatchObject([{ status: 'error' }]);
    expect(moving.orders('live_migration')).toEqual([]);
    expect(await leftOver(moving.of)).toEqual([]);
  });

  test('LIVE-04 a paused server may be moved', async () => {
    const moving = await liveWorld();
    await moving.change({ power_state: 3 });

    expect(await moving.move(SCHEDULED)).toBeNull();

    expect(moving.orders('live_migration')).toHaveLength(1);
  });

  test('LIVE-21 a destination whose hypervisor is too old gives way to the next', async () => {
    const moving = await liveWorld({ scheduler: (_request, asked) => [[asked === 1 ? 'host2' : 'host3']] });
    await node(moving, 'host2', { hypervisor_version: 1 });

    expect(await moving.move(SCHEDULED)).toBeNull();

    expect(moving.asked.map(({ spec }) => fieldsOf(spec)['ignore_hosts'])).toEqual([['host1'], ['host1', 'host2']]);
    expect([moving.held(), moving.order('live_migration')['dest']]).toEqual([['host3'], 'host3']);
  });

  test('LIVE-22 so does one of another hypervisor', async () => {
    const moving = await liveWorld({ scheduler: (_request, asked) => [[asked === 1 ? 'host2' : 'host3']] });
    await node(moving, 'host2', { hypervisor_type: 'other' });

    expect(await moving.move(SCHEDULED)).toBeNull();

    expect([moving.asked.length, moving.held(), checked(moving)]).toEqual([2, ['host3'], ['host3']]);
  });

  test.each([
    'LIVE-23 a destination that refuses gives way to the next within the limit',
    'LIVE-24 so does one that fails its check',
  ])('%s', async () => {
    const moving = await liveWorld({
      scheduler: (_request, asked) => [[asked === 1 ? 'host2' : 'host3']],
      behaviour: answering({ host2: { fail: 'scenario' } }),
      config: { migrateMaxRetries: 1 },
    });

    expect(await moving.move(SCHEDULED)).toBeNull();

    expect([checked(moving), moving.order('live_migration')['dest'], moving.held()]).toEqual([
      ['host2', 'host3'],
      'host3',
      ['host3'],
    ]);
  });

  test("LIVE-28 the caller's ignore list is replaced", async () => {
    const moving = await liveWorld();

    await moving.move({ ...SCHEDULED, spec: { ignore_hosts: ['hostX'] } });

    expect(fieldsOf(moving.asked[0]?.spec)['ignore_hosts']).toEqual(['host1']);
  });

  test('LIVE-29 forced hosts of the spec are cleared', async () => {
    const moving = await liveWorld();

    await moving.move({ ...SCHEDULED, spec: { force_hosts: ['host1'] } });

    expect(fieldsOf(moving.asked[0]?.spec)['force_hosts']).toBeNull();
  });

  test('LIVE-30 without a spec one is made of the server, restricted to its cell', async () => {
    const moving = await liveWorld();

    expect(await moving.move({ ...SCHEDULED, spec: null })).toBeNull();

    const spec = fieldsOf(moving.asked[0]?.spec);
    expect(spec).toMatchObject({ instance_uuid: moving.uuid, numa_topology: null, ignore_hosts: ['host1'] });
    expect(fieldsOf(spec['flavor'])['id']).toBe(1);
    expect(fieldsOf(fieldsOf(spec['requested_destination'])['cell'])['name']).toBe('cell1');
  });

  test('LIVE-31 a server without an image is moved', async () => {
    const moving = await liveWorld();
    await moving.change({ image_ref: '' });

    expect(await moving.move(SCHEDULED)).toBeNull();

    expect(moving.order('live_migration')['dest']).toBe('host2');
  });

  test('LIVE-40 a server without its flavor takes the id from its row', async () => {
    const moving = await liveWorld();
    await moving.change({ flavor: null, instance_type_id: 5 });

    await moving.move(FORCED);

    expect(moving.migrations).toMatchObject([{ old_instance_type_id: 5, new_instance_type_id: 5 }]);
  });

  test("CTX-01 event and migration lie in the server's own cell and nowhere else", async () => {
    const moving = await liveWorld();

    await moving.of.client.liveMigrateInstance(moving.context, { ...moving.liveArguments(), host: null, async: true });
    await moving.of.end();

    expect(moving.migrations).toHaveLength(1);
    expect(moving.eventResults).toEqual({ conductor_live_migrate_instance: 'Success' });
    expect(moving.of.items('cell-cell2').filter(({ pk }) => pk.startsWith('instance#'))).toEqual([]);
    expect(moving.of.items('cell-cell0').filter(({ pk }) => pk.startsWith('instance#'))).toEqual([]);
  });
});

test.each([
  ['another execution has leaves it alone', { 'op:live-migrate:owner': 'another' }, ['active/migrating', '|host1|']],
  ['is on another host by now leaves it to that one', { host: 'host2' }, ['active/null', '|host2|']],
  ['its host has put in error leaves it there', { vm_state: 'error' }, ['error/null', '|host1|']],
])('a live migration that finds no host for a server which %s', async (_what, change, expected) => {
  const moving = await liveWorld({
    scheduler: () => new NoValidHost({ reason: 'none' }),
    around: async (run, { step }) => {
      if (step === 'fail-migration') await moving.change(change);
      return run();
    },
  });

  await moving.move(SCHEDULED);

  expect([moving.state, moving.item['op:hosts']]).toEqual(expected);
});
