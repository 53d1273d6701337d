import { describe, expect, test } from 'vitest';
import { serviceKey } from '#records/keys';
import { fieldsOf, listOf, mapOf, plainText } from '#wire/reading';
import { objectPlain } from '../../fixtures/object-plain.ts';
import { coldWorld } from '../../fixtures/moves.ts';

const LARGER = { id: 2, name: 'm1.small', memory_mb: 2048, root_gb: 20 };

describe('a cold migration', () => {
  test('COLD-01 swaps the claim, orders the destination and ends resized', async () => {
    const moving = await coldWorld();

    const answer = await moving.move();

    expect(answer).toBeNull();
    const [migration] = moving.migrations;
    expect(migration).toMatchObject({
      migration_type: 'migration',
      status: 'finished',
      source_compute: 'host1',
      source_node: 'host1',
      dest_compute: 'host2',
      old_instance_type_id: 1,
      new_instance_type_id: 1,
    });
    expect([moving.held(), moving.held(plainText(migration?.['uuid']))]).toEqual([['host2'], ['host1']]);
    const [order, ...more] = moving.orders('prep_resize');
    expect(more).toEqual([]);
    expect(order).toMatchObject({ host: 'host2', version: '6.0' });
    expect(fieldsOf(order?.args['migration'])).toMatchObject({ uuid: migration?.['uuid'], status: 'pre-migrating' });
    expect(listOf(order?.args['host_list']).map((each) => fieldsOf(each)['service_host'])).toEqual(['host3']);
    expect(moving.state).toBe('resized/null');
  });

  test('COLD-02 a new flavor makes a resize, whose flavor the stored spec takes over', async () => {
    const moving = await coldWorld();

    await moving.move({ flavor: LARGER });

    expect(moving.migrations).toMatchObject([
      { migration_type: 'resize', old_instance_type_id: 1, new_instance_type_id: 2 },
    ]);
    expect(fieldsOf(moving.storedSpec['flavor'])).toMatchObject({ id: 2, memory_mb: 2048 });
    expect(moving.item).toMatchObject({ memory_mb: 2048, instance_type_id: 2, host: 'host2' });
    expect(Object.values(await moving.allocations())).toEqual([{ DISK_GB: 20, MEMORY_MB: 2048, VCPU: 1 }]);
  });

  test('COLD-03 a forced shutdown travels with the order', async () => {
    const moving = await coldWorld();

    await moving.move({ cleanShutdown: false });

    expect(moving.orders('prep_resize')[0]?.args['clean_shutdown']).toBe(false);
  });

  test('COLD-04 the order carries the spec, its image, the try and the limits', async () => {
    const moving = await coldWorld();

    await moving.move();

    const args = moving.order('prep_resize');
    expect(mapOf(args['filter_properties'])['retry']).toEqual({ num_attempts: 1, hosts: [['host2', 'host2']] });
    expect(mapOf(args['filter_properties'])['limits']).toEqual({});
    expect(mapOf(args['image'])['id']).toBe(fieldsOf(fieldsOf(args['request_spec'])['image'])['id']);
    expect(fieldsOf(args['request_spec'])['instance_uuid']).toBe(moving.uuid);
  });

  test('COLD-04 computes older than 5.1 get the spec as the plain legacy map', async () => {
    const moving = await coldWorld({ config: { computeRpc: '5.0' } });

    await moving.call();

    const [order] = moving.orders('prep_resize');
    expect(order?.version).toBe('5.0');
    expect(mapOf(order?.args['request_spec'])).toMatchObject({
      num_instances: 1,
      instance_type: { 'nova_object.name': 'Flavor' },
    });
    expect(Object.keys(order?.args ?? {})).toContain('instance_type');
    expect(Object.keys(order?.args ?? {})).not.toContain('flavor');
  });

  test("COLD-05 the destination's zone travels and is not saved by us", async () => {
    const moving = await coldWorld({
      behaviour: ({ method }) => (method === 'prep_resize' ? { die: 'after-read' } : 'build'),
    });
    await moving.change({ availability_zone: 'old' });

    await moving.call();

    expect(fieldsOf(moving.orders('prep_resize')[0]?.args['instance'])['availability_zone']).toBe('az1');
    expect(moving.item['availability_zone']).toBe('old');
  });

  test("COLD-06 the scheduler may choose in the server's own cell only", async () => {
    const moving = await coldWorld();

    await moving.call();

    const spec = fieldsOf(moving.asked[0]?.spec);
    expect(fieldsOf(fieldsOf(spec['requested_destination'])['cell'])['name']).toBe('cell1');
  });

  test('COLD-07 computes older than what is served are refused, and the claim is back (quirk Q11)', async () => {
    const moving = await coldWorld();
    await moving.of.platform.tables.update('cell-cell1', serviceKey('host3', 'nova-compute'), { set: { version: 22 } });
    await moving.of.clock.advance(61_000);

    const answer = await moving.move();

    expect(answer?.name).toBe('UnsupportedVersion');
    expect(moving.held()).toEqual(['host1']);
    expect(moving.migrations).toMatchObject([{ status: 'error' }]);
  });

  test('COLD-08 towards a host that was asked for nothing is retried', async () => {
    const moving = await coldWorld();
    const requested_destination = objectPlain('Destination', '1.4', { host: 'host2', allow_cross_cell_move: false });

    await moving.call({ spec: { requested_destination } });

    const args = moving.order('prep_resize');
    expect(Object.keys(mapOf(args['filter_properties']))).not.toContain('retry');
    const spec = fieldsOf(args['request_spec']);
    expect(spec['retry']).toBeNull();
    expect(fieldsOf(spec['requested_destination'])).toMatchObject({ host: 'host2' });
    expect(fieldsOf(fieldsOf(spec['requested_destination'])['cell'])['name']).toBe('cell1');
  });

  test('COLD-09 forced hosts are cleared for the scheduler and for the order (quirk Q23)', async () => {
    const moving = await coldWorld();

    await moving.call({ spec: { force_hosts: ['host1'] } });

    expect(fieldsOf(moving.asked[0]?.spec)['force_hosts']).toBeNull();
    const properties = mapOf(moving.orders('prep_resize')[0]?.args['filter_properties']);
    expect(Object.keys(properties)).not.toContain('force_hosts');
    expect(mapOf(properties['retry'])['num_attempts']).toBe(1);
  });

  test('COLD-10 without a spec one is made of the new flavor and the server', async () => {
    const moving = await coldWorld();
    const filter_properties = { retry: { num_attempts: 1, hosts: [['host2', 'host2']] } };

    await moving.call({ spec: null, flavor: LARGER, hint: { filter_properties } });

    const spec = fieldsOf(moving.asked[0]?.spec);
    expect(fieldsOf(spec['flavor'])['id']).toBe(2);
    expect(spec).toMatchObject({ instance_uuid: moving.uuid, project_id: 'p', numa_topology: null });
    const retry = mapOf(mapOf(moving.orders('prep_resize')[0]?.args['filter_properties'])['retry']);
    expect(retry['num_attempts']).toBe(2);
  });

  test('COLD-28 the project of the server fills a spec without one', async () => {
    const moving = await coldWorld();

    await moving.call({ spec: { project_id: null } });

    expect(fieldsOf(moving.asked[0]?.spec)['project_id']).toBe('p');
  });
});
