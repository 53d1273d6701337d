import { describe, expect, test } from 'vitest';
import { NoValidHost } from '#errors';
import { cellTable } from '#records/keys';
import { fieldsOf, mapOf, textsOf } from '#wire/reading';
import { FORCED, SCHEDULED } from '../fixtures/live-moves.ts';
import { coldWorld, liveWorld, type MovingWorld } from '../fixtures/moves.ts';
import { shelved, unshelve } from '../fixtures/shelved-server.ts';

const destinationTo = (host: string) => ({
  'nova_object.name': 'Destination',
  'nova_object.namespace': 'nova',
  'nova_object.version': '1.4',
  'nova_object.data': { host, node: null },
  'nova_object.changes': ['host', 'node'],
});

/** Makes the server's root disk a volume. */
async function bootFromVolume({ of, uuid }: MovingWorld): Promise<void> {
  const root = of.beside(uuid, 'block-device#').find(({ boot_index }) => boot_index === 0);
  if (root === undefined) throw new Error('there is no root disk');
  await of.platform.tables.put(cellTable('cell1'), { ...root, destination_type: 'volume' });
}

describe('what a live migration says', () => {
  test('both orders carry the PCI requests, and resources that loading has marked', async () => {
    const moving = await liveWorld();

    await moving.move(SCHEDULED);

    const orders = ['check_can_live_migrate_destination', 'live_migration'].map(
      (name) => moving.order(name)['instance'],
    );
    for (const instance of orders) {
      expect(fieldsOf(fieldsOf(instance)['pci_requests'])).toMatchObject({ requests: [] });
      expect(fieldsOf(instance)['resources']).toBeNull();
      expect(textsOf(mapOf(instance ?? null)['nova_object.changes'])).toContain('resources');
    }
  });

  test('the scheduler is asked with a destination that says its cell alone', async () => {
    const moving = await liveWorld();

    await moving.move(SCHEDULED);

    const destination = fieldsOf(moving.asked[0]?.spec)['requested_destination'] ?? null;
    expect(mapOf(destination)['nova_object.changes']).toEqual(['cell']);
  });

  test('a host that was asked for takes nothing from the tries of the spec', async () => {
    const moving = await liveWorld();
    const request_spec = moving.spec({ requested_destination: destinationTo('host2') });

    await moving.client.liveMigrateInstance(moving.context, {
      ...moving.liveArguments(),
      request_spec,
      host: null,
      async: true,
    });
    await moving.of.end();

    const spec = moving.asked[0]?.spec;
    expect(textsOf(mapOf(spec ?? null)['nova_object.changes'])).not.toContain('retry');
  });

  test('a forced destination brings its zone along', async () => {
    const moving = await liveWorld();
    await moving.change({ availability_zone: 'old' });

    await moving.move(FORCED);

    expect(fieldsOf(moving.order('live_migration')['instance'])['availability_zone']).toBe('nova');
  });

  test('a spec that does not say whether the root disk is a volume is completed', async () => {
    const moving = await liveWorld();
    await bootFromVolume(moving);
    const { is_bfv: _unsaid, ...fields } = fieldsOf(moving.spec());
    const request_spec = { ...moving.spec(), 'nova_object.data': fields };

    await moving.client.liveMigrateInstance(moving.context, {
      ...moving.liveArguments(),
      request_spec,
      host: null,
      async: true,
    });
    await moving.of.end();

    expect(fieldsOf(moving.asked[0]?.spec)['is_bfv']).toBe(true);
  });
});

describe('what a resize says', () => {
  test('of a failure the event holds the flavor that was asked for', async () => {
    const moving = await coldWorld({ scheduler: () => new NoValidHost({ reason: 'full' }) });

    await moving.move({ flavor: { id: 7, name: 'm1.huge', memory_mb: 9000 } });

    const [event] = moving.of.platform.notifier.sent.filter(
      ({ eventType }) => eventType === 'compute_task.migrate_server',
    );
    expect(mapOf(mapOf(event?.payload)['request_spec'])).toMatchObject({
      instance_type: { id: 7, name: 'm1.huge' },
      instance_properties: { memory_mb: 9000 },
    });
  });

  test('the flavor of the order is that of its spec, marks and all', async () => {
    const moving = await coldWorld();

    await moving.move({ flavor: { id: 7, extra_specs: { 'hw:cpu_policy': 'dedicated' } } });

    const order = moving.order('prep_resize');
    expect(mapOf(order['flavor'])['nova_object.changes']).toEqual(['extra_specs']);
    expect(order['flavor']).toEqual(fieldsOf(order['request_spec'])['flavor']);
  });
});

describe('what an unshelve says', () => {
  test('a destination that was asked for has the cell of the server in the filter properties too', async () => {
    const at = await shelved({ offloaded: true }, { scheduler: () => [['host2']] });

    await unshelve(at, { requested_destination: destinationTo('host2') });

    const properties = mapOf(at.server.orders('unshelve_instance')[0]?.args['filter_properties']);
    const cell = fieldsOf(fieldsOf(properties['requested_destination'])['cell']);
    expect(cell['name']).toBe('cell1');
  });
});
