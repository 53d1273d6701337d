import { describe, expect, test } from 'vitest';
import { MessagingTimeout, NoValidHost, UnsupportedPolicyException } from '#errors';
import { requestSpecKey, serviceKey } from '#records/keys';
import { fieldsOf, listOf, mapOf, plainText } from '#records/reading';
import { objectPlain } from '../fixtures/object-plain.ts';
import { coldWorld } from '../fixtures/moves.ts';
import { leftOver } from '../fixtures/ledger.ts';
import { refusingSwaps } from '../fixtures/refusing-placement.ts';

const LARGER = { id: 2, name: 'm1.small', memory_mb: 2048, root_gb: 20 };
const full = () => new NoValidHost({ reason: 'There are not enough hosts available.' });

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
      manners: ({ method }) => (method === 'prep_resize' ? { die: 'after-read' } : 'build'),
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
    await moving.of.ground.tables.update('cell-cell1', serviceKey('host3', 'nova-compute'), { set: { version: 22 } });
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

describe('a cold migration that fails before the order', () => {
  test("COLD-11 no valid host: the server keeps its state, its claim is back and the caller gets the move's own words", async () => {
    const moving = await coldWorld({ scheduler: full });

    const answer = await moving.move();

    expect(answer).toBeInstanceOf(NoValidHost);
    expect(answer?.message).toContain('No valid host found for cold migrate');
    expect(moving.state).toBe('active/null');
    expect(moving.faults).toHaveLength(1);
    expect(moving.of.notifications('compute_task.migrate_server')).toHaveLength(1);
    expect(moving.migrations).toMatchObject([{ status: 'error' }]);
    expect([moving.held(), moving.held(plainText(moving.migrations[0]?.['uuid']))]).toEqual([['host1'], []]);
    expect(await leftOver(moving.of)).toEqual([]);
  });

  test('COLD-12 a stopped server stays stopped', async () => {
    const moving = await coldWorld({ scheduler: full });
    await moving.change({ vm_state: 'stopped' });

    await moving.move();

    expect(moving.state).toBe('stopped/null');
  });

  test('COLD-13 a resize is told as one', async () => {
    const moving = await coldWorld({ scheduler: full });

    const answer = await moving.move({ flavor: LARGER });

    expect(answer?.message).toContain('No valid host found for resize');
  });

  test('COLD-14 a server without a vm_state becomes active (quirk Q2)', async () => {
    const moving = await coldWorld({ scheduler: full });
    await moving.change({ vm_state: null });

    await moving.move();

    expect(moving.state).toBe('active/null');
  });

  test('COLD-15 a group policy that nothing carries out ends before there is a migration', async () => {
    const moving = await coldWorld({ config: { enabledFilters: ['ComputeFilter'] } });
    const group = {
      uuid: '5f2b8a4e-0000-4000-8000-000000000001',
      policy: 'anti-affinity',
      policies: ['anti-affinity'],
    };
    await moving.of.ground.tables.put('api', { pk: `group#${group.uuid}`, sk: 'group', deleted: false, ...group });
    await moving.change({ vm_state: 'stopped' });
    const instance_group = objectPlain('InstanceGroup', '1.11', { ...group, members: [moving.uuid], hosts: [] });

    const answer = await moving.move({ spec: { instance_group } });

    expect(answer).toBeInstanceOf(UnsupportedPolicyException);
    expect(moving.state).toBe('stopped/null');
    expect(moving.migrations).toEqual([]);
    expect(moving.asked).toEqual([]);
  });

  test('COLD-16 an order that cannot be sent releases the destination', async () => {
    const moving = await coldWorld({
      adapt: (services) => ({
        ...services,
        compute: {
          ...services.compute,
          cast: (message) =>
            message.method === 'prep_resize'
              ? Promise.reject(new MessagingTimeout({ message_id: 'm' }))
              : services.compute.cast(message),
        },
      }),
    });

    const answer = await moving.move();

    expect(answer?.name).toBe('MessagingTimeout');
    expect(moving.state).toBe('active/null');
    expect(moving.migrations).toMatchObject([{ status: 'error' }]);
    expect(moving.held()).toEqual(['host1']);
  });

  test('COLD-17 a swap that placement refuses asks no scheduler', async () => {
    const moving = await coldWorld({
      adapt: (services) => ({ ...services, placement: refusingSwaps(services.placement, () => true) }),
    });

    const answer = await moving.move();

    expect(answer?.message).toContain('No valid host found for cold migrate');
    expect(moving.migrations).toMatchObject([{ status: 'error' }]);
    expect(moving.held()).toEqual(['host1']);
    expect(moving.asked).toEqual([]);
  });

  test('COLD-18 a server that holds nothing is moved without a swap', async () => {
    const moving = await coldWorld();
    await moving.of.services.placement.release(moving.uuid);

    const answer = await moving.move();

    expect(answer).toBeNull();
    expect(moving.migrations).toMatchObject([{ status: 'finished' }]);
    expect([moving.held(), moving.held(plainText(moving.migrations[0]?.['uuid']))]).toEqual([['host2'], []]);
  });

  test('COLD-18 and nothing is reverted when it fails later', async () => {
    const moving = await coldWorld({ scheduler: full });
    await moving.of.services.placement.release(moving.uuid);

    await moving.move();

    expect(moving.held()).toEqual([]);
  });

  test('COLD-19 an unknown source node is told, and the migration ends in error', async () => {
    const moving = await coldWorld();
    await moving.change({ node: 'elsewhere' });

    const answer = await moving.move();

    expect(answer?.name).toBe('ComputeHostNotFound');
    expect(moving.migrations).toMatchObject([{ status: 'error' }]);
    expect(moving.state).toBe('active/null');
  });

  test('COLD-20 a mapping that vanishes after the request was targeted leaves no migration', async () => {
    const vanishing = { now: (): Promise<unknown> => Promise.resolve() };
    const moving = await coldWorld({
      around: async (run, event) => {
        if (event.step === 'create-migration') await vanishing.now();
        return run();
      },
    });
    vanishing.now = () => moving.of.ground.tables.delete('mappings', { pk: `instance#${moving.uuid}`, sk: 'mapping' });

    const answer = await moving.move();

    expect(answer?.name).toBe('InstanceMappingNotFound');
    expect(moving.state).toBe('active/null');
    expect(moving.migrations).toEqual([]);
    expect(moving.held()).toEqual(['host1']);
    expect(moving.of.ground.log.lines).toContainEqual(
      expect.objectContaining({ level: 'error', message: 'server failure' }),
    );
  });

  test('COLD-21 a revert that placement refuses is logged, and the caller hears of the host', async () => {
    const moving = await coldWorld({
      scheduler: full,
      adapt: (services) => ({ ...services, placement: refusingSwaps(services.placement, (swaps) => swaps > 1) }),
    });

    const answer = await moving.move();

    expect(answer).toBeInstanceOf(NoValidHost);
    expect(moving.migrations).toMatchObject([{ status: 'error' }]);
    expect(moving.held(plainText(moving.migrations[0]?.['uuid']))).toEqual(['host1']);
    expect(moving.of.ground.log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  test('COLD-27 of a targeted move the spec keeps the flavor alone (quirk Q6)', async () => {
    const moving = await coldWorld();
    const requested_destination = objectPlain('Destination', '1.4', { host: 'host2', allow_cross_cell_move: false });

    await moving.move({ flavor: LARGER, spec: { requested_destination, force_hosts: ['host2'] } });

    expect(moving.storedSpec).toMatchObject({ requested_destination: null, retry: null, force_hosts: null });
    expect(fieldsOf(moving.storedSpec['flavor'])['id']).toBe(2);
  });

  test('COLD-27 a server without a stored spec is moved all the same (quirk Q7)', async () => {
    const forgetting = { now: (): Promise<unknown> => Promise.resolve() };
    const moving = await coldWorld({
      around: async (run, event) => {
        if (event.step === 'save-spec') await forgetting.now();
        return run();
      },
    });
    forgetting.now = () => moving.of.ground.tables.delete('build-requests', requestSpecKey(moving.uuid));

    await moving.move();

    expect(moving.state).toBe('resized/null');
  });
});

describe('a cold migration that a compute gives back', () => {
  const full2 = ({ method, host }: { method: string; host: string }) =>
    method === 'prep_resize' && host === 'host2' ? ({ fail: 'it is full' } as const) : ('build' as const);

  test('COLD-22 goes on with the same migration to the next alternate, and the compute is answered', async () => {
    const moving = await coldWorld({ manners: full2 });

    const answer = await moving.move();

    expect(answer).toBeNull();
    expect(moving.state).toBe('resized/null');
    expect(moving.migrations).toMatchObject([{ status: 'finished', dest_compute: 'host3' }]);
    expect(moving.orders('prep_resize').map(({ host, args }) => [host, listOf(args['host_list']).length])).toEqual([
      ['host2', 1],
      ['host3', 0],
    ]);
    expect(moving.asked).toHaveLength(1);
    expect([moving.held(), moving.held(plainText(moving.migrations[0]?.['uuid']))]).toEqual([['host3'], ['host1']]);
    expect(moving.of.world.fleet.host('host2').troubles).toEqual([]);
  });
});
