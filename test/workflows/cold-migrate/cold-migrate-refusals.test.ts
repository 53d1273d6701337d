import { describe, expect, test } from 'vitest';
import { MessagingTimeout, NoValidHost, UnsupportedPolicyException } from '#errors';
import { requestSpecKey } from '#records/keys';
import { fieldsOf, plainText } from '#wire/reading';
import { objectPlain } from '../../fixtures/object-plain.ts';
import { coldWorld, leaveMigration } from '../../fixtures/moves.ts';
import { leftOver } from '../../fixtures/ledger.ts';
import { refusingSwaps } from '../../fixtures/placement/refusing-placement.ts';

const LARGER = { id: 2, name: 'm1.small', memory_mb: 2048, root_gb: 20 };
const full = () => new NoValidHost({ reason: 'There are not enough hosts available.' });

describe('a cold migration that fails before the order', () => {
  test("COLD-11 no valid host: the server keeps its state, its claim is back and the caller gets the move's own words", async () => {
    const moving = await coldWorld({ scheduler: full });

    const answer = await moving.move();

    expect(answer).toBeInstanceOf(NoValidHost);
    expect(answer?.message).toContain('No valid host found for cold migrate');
    expect(moving.state).toBe('active/null');
    expect(moving.faultRecords).toHaveLength(1);
    expect(moving.of.notifications('compute_task.migrate_server')).toHaveLength(1);
    expect(moving.migrations).toMatchObject([{ status: 'error' }]);
    expect([moving.held(), moving.held(plainText(moving.migrations[0]?.['uuid']))]).toEqual([['host1'], []]);
    expect(await leftOver(moving.of)).toEqual([]);
  });

  test('a migration that was left before, and is taken up, gives the claim back as well', async () => {
    const moving = await coldWorld({ scheduler: full });
    const left = await leaveMigration(moving);

    await moving.move();

    expect(moving.migrations).toMatchObject([{ uuid: left, status: 'error' }]);
    expect([moving.held(), moving.held(left)]).toEqual([['host1'], []]);
    expect(await leftOver(moving.of)).toEqual([]);
  });

  test('COLD-12 a stopped server stays stopped', async () => {
    const moving = await coldWorld({ scheduler: full });
    await moving.change({ vm_state: 'stopped' });

    await moving.move();

    expect(moving.state).toBe('stopped/null');
  });

  test('COLD-13 a resize is named a resize in its error', async () => {
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
    await moving.of.platform.tables.put('api', { pk: `group#${group.uuid}`, sk: 'group', deleted: false, ...group });
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

  test('COLD-18 a server that holds nothing is moved without a swap [PLACE-09]', async () => {
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

  test('COLD-19 an unknown source node is reported, and the migration ends in error', async () => {
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
        if (event.step === 'prepare') await vanishing.now();
        return run();
      },
    });
    vanishing.now = () =>
      moving.of.platform.tables.delete('mappings', { pk: `instance#${moving.uuid}`, sk: 'mapping' });

    const answer = await moving.move();

    expect(answer?.name).toBe('InstanceMappingNotFound');
    expect(moving.state).toBe('active/null');
    expect(moving.migrations).toEqual([]);
    expect(moving.held()).toEqual(['host1']);
    expect(moving.of.platform.log.lines).toContainEqual(
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
    expect(moving.of.platform.log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
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
        if (event.step === 'order-resize') await forgetting.now();
        return run();
      },
    });
    forgetting.now = () => moving.of.platform.tables.delete('build-requests', requestSpecKey(moving.uuid));

    await moving.move();

    expect(moving.state).toBe('resized/null');
  });
});
