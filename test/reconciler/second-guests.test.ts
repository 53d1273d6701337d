import { describe, expect, it } from 'vitest';
import { conductorBase } from '#object-rpc/base-namespace';
import { destroySecondGuests } from '#reconciler/second-guests';
import { cellTable, instanceKey, secondGuestKey } from '#records/keys';
import { destroyedBy, givenUp, givenUpBy } from '#records/items/given-up';
import type { Json, JsonMap } from '#ports/json';
import type { Tables } from '#ports/tables';
import { involved } from '#records/operation';
import { dispatch } from '#rpc/dispatch';
import { fieldsOf } from '#wire/reading';
import { BuildWorld } from '../fixtures/build-world.ts';
import { recordsOn } from '../fixtures/records.ts';
import { watching } from '../fixtures/watching.ts';

const CELL1 = cellTable('cell1');
const ORDERED = 'a host is ordered to destroy a second guest';

/** What a host does with an order that it only keeps. */
const kept = async (): Promise<void> => undefined;

/** A server on host2 that host1 was given up for; host1 and host2 only keep the orders that are not builds. */
async function takenFromHost1() {
  const orders = { rollback_live_migration_at_destination: kept };
  const world = await BuildWorld.boot({
    scheduler: ({ instanceUuids }) => instanceUuids.map(() => ['host2']),
    hosts: ['host1', 'host2'].map((host) => ({ host, cell: 'cell1', orders })),
  });
  const [uuid = ''] = (await world.build()).uuids;
  const { tables } = world.platform;
  await tables.update(CELL1, instanceKey(uuid), {
    set: givenUp({ operation: 'launch', request: 'req-1', at: world.clock.now() }, 'host1'),
  });
  const asHost1 = (method: string, namespace: string | null, version: string, args: JsonMap): Promise<Json> =>
    dispatch(conductorBase, { namespace, version, method })(
      recordsOn(tables, { hosts: ['host1'], clock: world.clock }),
      args,
    );
  const round = async (): Promise<void> => {
    await destroySecondGuests(world.services);
    await world.clock.advance(2000);
  };
  const ordered = () =>
    world.world.fleet
      .host('host1')
      .received.filter(({ method }) => method === 'rollback_live_migration_at_destination')
      .map(({ args }) => args);
  const noted = () => tables.get(CELL1, secondGuestKey('host1', uuid));
  const report = (guests: readonly string[] = [uuid]) =>
    asHost1('report_guests', 'hostapi', '1.0', { host: 'host1', guests: [...guests] });
  return { world, uuid, tables, asHost1, report, round, ordered, noted };
}

describe('a host that was given up and reports the guest of a server without ports and volumes', () => {
  it('is ordered to destroy it, disks left alone, once', async () => {
    const { world, uuid, report, round, ordered, noted } = await takenFromHost1();

    await report();
    await round();
    await round();

    expect(ordered()).toMatchObject([{ destroy_disks: false, migrate_data: null }]);
    expect(JSON.stringify(ordered()[0]?.['instance'])).toContain(uuid);
    expect(await noted()).toMatchObject({ ordered_at: expect.any(Number) });
    expect(world.platform.log.lines.filter(({ message }) => message === ORDERED)).toHaveLength(1);
  });

  it('is sent all of its server that a driver looks up when a guest ends', async () => {
    const { report, round, ordered } = await takenFromHost1();

    await report();
    await round();

    const loaded = ['info_cache', 'metadata', 'system_metadata', 'flavor', 'migration_context', 'resources'];
    expect(Object.keys(fieldsOf(ordered()[0]?.['instance']))).toEqual(expect.arrayContaining(loaded));
  });

  it('is ordered again when it shows the guest again', async () => {
    const { world, report, round, ordered } = await takenFromHost1();

    await report();
    await round();
    await world.clock.advance(5000);
    await report();
    await round();

    expect(ordered()).toHaveLength(2);
  });

  it('is found by what its compute looks for among its guests, without any report', async () => {
    const { uuid, asHost1, round, ordered } = await takenFromHost1();

    await asHost1('object_class_action_versions', null, '3.0', {
      objname: 'InstanceList',
      objmethod: 'get_by_filters',
      object_versions: { InstanceList: '2.6', Instance: '2.7' },
      args: [],
      kwargs: { filters: { uuid: [uuid], deleted: true, soft_deleted: false } },
    });
    await round();

    expect(ordered()).toHaveLength(1);
  });

  it('is ordered nothing once it is given the server anew, and the note goes', async () => {
    const { uuid, tables, report, round, ordered, noted } = await takenFromHost1();
    await report();
    await tables.update(CELL1, instanceKey(uuid), { set: involved('host1'), remove: [givenUpBy('host1')] });

    await round();

    expect(ordered()).toEqual([]);
    expect(await noted()).toBeUndefined();
  });

  it('is ordered nothing once it has a part in a move of the server, and the note goes', async () => {
    const { uuid, tables, report, round, ordered, noted } = await takenFromHost1();
    await report();
    await tables.update(CELL1, instanceKey(uuid), { set: involved('host1', 'host2') });

    await round();

    expect(ordered()).toEqual([]);
    expect(await noted()).toBeUndefined();
  });

  it.each([
    ['has a part in a move of the server', { set: involved('host1', 'host2') }],
    ['was given the server anew, which has left it since', { set: {}, remove: [givenUpBy('host1')] }],
  ])('is ordered nothing when it turns out before the order that it %s', async (_title, change) => {
    const { world, uuid, tables, report, ordered } = await takenFromHost1();
    await report();
    const get: Tables['get'] = async (table, key) => {
      const item = await tables.get(table, key);
      if (key.pk === instanceKey(uuid).pk) await tables.update(CELL1, instanceKey(uuid), change);
      return item;
    };

    await destroySecondGuests({ ...world.services, tables: watching(tables, { get }) });
    await world.clock.advance(2000);

    expect(ordered()).toEqual([]);
    expect(world.server(uuid).item[destroyedBy('host1')]).toBeUndefined();
  });

  it('is not noted anew when it has destroyed its guest before the order is noted, and the round goes on', async () => {
    const { world, uuid, tables, report, noted } = await takenFromHost1();
    await report();
    const compute = watching(world.services.compute, {
      cast: async () => {
        await tables.delete(CELL1, secondGuestKey('host1', uuid));
      },
    });

    await destroySecondGuests({ ...world.services, compute });

    expect(await noted()).toBeUndefined();
    expect(world.platform.log.lines.filter(({ message }) => message === ORDERED)).toHaveLength(1);
  });

  it('is ordered nothing once the record of its server is gone, and the note goes', async () => {
    const { uuid, tables, report, round, ordered, noted } = await takenFromHost1();
    await report();
    await tables.delete(CELL1, instanceKey(uuid));

    await round();

    expect(ordered()).toEqual([]);
    expect(await noted()).toBeUndefined();
  });

  it('is ordered nothing where the server has a volume by now: a person decides', async () => {
    const { world, uuid, tables, report, round, ordered, noted } = await takenFromHost1();
    const [device] = world.beside(uuid, 'block-device#');
    if (device === undefined) throw new Error('the server has no device');
    await tables.update(CELL1, device, { set: { destination_type: 'volume', volume_id: 'volume-1' } });
    await report();

    await round();

    expect(ordered()).toEqual([]);
    expect(await noted()).toBeDefined();
  });

  it('keeps the order that it answers to on the server, under a request of its own', async () => {
    const { world, uuid, report, round } = await takenFromHost1();

    await report();
    await round();

    expect(world.server(uuid).item[destroyedBy('host1')]).toMatch(/^req-[0-9a-f]{8}-[0-9a-f-]{27}$/u);
    expect(world.server(uuid).item).toMatchObject({ vm_state: 'active', task_state: null, host: 'host2' });
    expect(world.claims(uuid)).toEqual(['host2']);
  });
});

describe('a guest of a server for which its host was never given up', () => {
  it('is left to a person', async () => {
    const { uuid, tables, report, round, ordered } = await takenFromHost1();
    await tables.update(CELL1, instanceKey(uuid), { remove: [givenUpBy('host1')] });

    await report();
    await round();

    expect(ordered()).toEqual([]);
  });

  it('is forgotten where another host was given up for it', async () => {
    const { world, uuid, tables, report, round, ordered, noted } = await takenFromHost1();
    await report();
    const another = givenUp({ operation: 'launch', request: 'req-1', at: world.clock.now() }, 'host3');
    await tables.update(CELL1, instanceKey(uuid), { set: another, remove: [givenUpBy('host1')] });

    await round();

    expect(ordered()).toEqual([]);
    expect(await noted()).toBeUndefined();
  });
});
