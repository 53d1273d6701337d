import { describe, expect, test } from 'vitest';
import { NoValidHost } from '#errors';
import { fieldsOf, listOf, mapOf } from '#wire/reading';
import { alternates, GIVEN_BACK } from '../../fixtures/given-back.ts';
import { leftOver } from '../../fixtures/ledger.ts';
import { objectPlain } from '../../fixtures/object-plain.ts';
import { coldWorld, type MovingWorld } from '../../fixtures/moves.ts';

const LARGER = { id: 2, name: 'm1.small', memory_mb: 2048, root_gb: 20 };

/** A destination that the API asks for. */
const towards = (host: string | null, allow_cross_cell_move: boolean) => ({
  requested_destination: objectPlain('Destination', '1.4', {
    allow_cross_cell_move,
    ...(host === null ? {} : { host, node: host }),
  }),
});

/** The destination that the scheduler was asked with. */
const destinationOf = (moving: MovingWorld) => fieldsOf(fieldsOf(moving.asked[0]?.spec)['requested_destination']);

describe('a cold migration of today', () => {
  test('sends its spec as an object, and the flavor under its own name (MOVE-01)', async () => {
    const moving = await coldWorld();

    await moving.move({ flavor: LARGER });

    const [order] = moving.orders('prep_resize');
    expect(order?.version).toBe('6.0');
    expect(order?.args['request_spec']).toMatchObject({ 'nova_object.name': 'RequestSpec' });
    expect(fieldsOf(order?.args['flavor'])).toMatchObject({ id: 2 });
  });

  test.each([
    ['asks placement for no PCI device where it does not count them (PCI-01)', false, []],
    ['asks placement for each PCI device of an alias where it counts them', true, ['r-0', 'r-1']],
  ])('%s', async (_title, pciInPlacement, groups) => {
    const moving = await coldWorld({ config: { pciInPlacement } });
    const request = { alias_name: 'a1', request_id: 'r', count: 2, spec: [{ vendor_id: '8086', product_id: '1572' }] };
    const requests = [objectPlain('InstancePCIRequest', '1.4', request)];

    await moving.move({
      spec: {
        pci_requests: objectPlain('InstancePCIRequests', '1.1', { instance_uuid: moving.uuid, requests }),
        requested_resources: [],
      },
    });

    const asked = listOf(fieldsOf(moving.asked[0]?.spec)['requested_resources']).map(fieldsOf);
    expect(asked.map(({ requester_id }) => requester_id)).toEqual(groups);
  });

  test('is not tried elsewhere where the user named a host (MOVE-02)', async () => {
    const moving = await coldWorld();

    await moving.move({ spec: towards('host2', false) });

    const args = moving.order('prep_resize');
    expect(mapOf(args['filter_properties'])).not.toHaveProperty('retry');
    expect(fieldsOf(args['request_spec'])['retry']).toBeNull();
  });

  test('that may leave its cell prefers it, and stays where a host of it is chosen (MOVE-03)', async () => {
    const moving = await coldWorld();

    await moving.move({ spec: towards(null, true) });

    expect(fieldsOf(destinationOf(moving)['cell'])['name']).toBe('cell1');
    expect(moving.orders('prep_resize').map(({ host }) => host)).toEqual(['host2']);
    expect(moving.state).toBe('resized/null');
    expect(await leftOver(moving.of)).toEqual([]);
  });

  test('that may leave its cell for a named host is asked for without a cell (MOVE-04)', async () => {
    const moving = await coldWorld();

    await moving.move({ spec: towards('host2', true) });

    expect(destinationOf(moving)['cell']).toBeNull();
    expect(moving.orders('prep_resize').map(({ host }) => host)).toEqual(['host2']);
    expect(moving.state).toBe('resized/null');
  });

  test('that may not leave its cell finds no host of another one (MOVE-05)', async () => {
    const moving = await coldWorld({ scheduler: () => new NoValidHost({ reason: 'none of this cell' }) });

    const answer = await moving.move({ spec: towards('host4', false) });

    expect(fieldsOf(destinationOf(moving)['cell'])['name']).toBe('cell1');
    expect(answer).toBeInstanceOf(NoValidHost);
    expect(moving.state).toBe('active/null');
  });

  test('that a compute gives back goes to alternates of its cell, and no scheduler is asked (MOVE-06)', async () => {
    const moving = await coldWorld();
    const hostList = await alternates(moving, ['host3']);

    const answer = await moving.move({ hint: GIVEN_BACK, hostList, spec: towards(null, true) });

    expect(answer).toBeNull();
    expect(moving.asked).toEqual([]);
    expect(moving.orders('prep_resize').map(({ host }) => host)).toEqual(['host3']);
    expect(moving.state).toBe('resized/null');
  });

  test('leaves a server in error whose compute has said so meanwhile (MOVE-07)', async () => {
    const marked = { now: (): Promise<unknown> => Promise.resolve() };
    const moving = await coldWorld({
      adapt: (services) => ({
        ...services,
        compute: {
          ...services.compute,
          cast: async (message) => {
            if (message.method !== 'prep_resize') return services.compute.cast(message);
            await marked.now();
            throw new RangeError('the bus is down');
          },
        },
      }),
    });
    marked.now = () => moving.change({ vm_state: 'error' });

    await moving.move();

    expect(moving.state).toBe('error/null');
    expect(moving.migrations).toMatchObject([{ status: 'error' }]);
    expect(await leftOver(moving.of)).toEqual([]);
  });

  test('of a server that its user has deleted meanwhile ends without a fault (MOVE-08)', async () => {
    const deleting = { now: (): Promise<unknown> => Promise.resolve() };
    const moving = await coldWorld({
      scheduler: async () => {
        await deleting.now();
        return new NoValidHost({ reason: 'full' });
      },
    });
    deleting.now = () => moving.change({ deleted: true, deleted_at: '2026-11-22T12:00:00Z' });

    await moving.move();

    expect(moving.faultRecords).toEqual([]);
    expect(moving.migrations).toMatchObject([{ status: 'error' }]);
  });

  test("claims for the server's user where its spec names none (MOVE-09)", async () => {
    const moving = await coldWorld();

    await moving.move({ spec: { user_id: null } });

    expect(fieldsOf(moving.asked[0]?.spec)['user_id']).toBe(moving.item['user_id']);
  });
});
