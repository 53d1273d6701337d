import { describe, expect, it } from 'vitest';
import { MemoryLog } from '#local/emulation/memory-log';
import type { BehaviourKind } from '#local/fleet/behaviour';
import { cellTable, serviceKey } from '#records/keys';
import { forced } from '#records/items/service';
import { heldOrder } from '#records/items/held-order';
import { givenUpHosts } from '#records/items/given-up';
import { fieldsOf, objectsOf } from '#wire/reading';
import { newObject, setFields } from '#wire/wire';
import type { BuildCommand } from '#local/demo/demo-world';
import type { JsonMap } from '#ports/json';
import type { Volumes } from '#ports/volumes';
import { VOLUME, withVolumes } from '../fixtures/attached-volume.ts';
import { BuildWorld, type BuildWorldOptions } from '../fixtures/build-world.ts';
import { ALTERNATES, withArgs } from '../fixtures/built.ts';
import { leftOver } from '../fixtures/ledger.ts';
import { watchingAll } from '../fixtures/watching.ts';

/** Longer than it takes to give a silent host up. */
const HANGS = 400_000;

/** One server is ordered on host1, which falls silent at once and goes on with the order later. */
async function hanging(
  next: BehaviourKind,
  change: (command: BuildCommand) => BuildCommand = (same) => same,
  options: BuildWorldOptions = {},
) {
  const log = new MemoryLog();
  const world = await BuildWorld.boot({
    ...options,
    scheduler: () => ALTERNATES,
    adapt: (services) => ({ ...services, log }),
    hosts: [
      { host: 'host1', cell: 'cell1', heartbeatSeconds: 0, behaviour: () => next },
      { host: 'host2', cell: 'cell1' },
      { host: 'host3', cell: 'cell1' },
    ],
  });
  const command = change(world.request());
  await world.publish(command);
  const [uuid = ''] = command.uuids;
  return { world, uuid, log };
}

const withNetwork = (network_id: string) =>
  withArgs({
    requested_networks: newObject('NetworkRequestList', '1.1', {
      objects: [newObject('NetworkRequest', '1.3', { network_id, port_id: null, device_profile: null })],
    }),
  });

/** The same request with devices of these fields. */
function withDevices(fields: JsonMap) {
  return (command: BuildCommand): BuildCommand => {
    const build_requests = command.args.build_requests.map((request) => {
      const list = fieldsOf(request)['block_device_mappings'];
      const objects = objectsOf(list).map((device) => setFields(device, fields));
      return setFields(request, { block_device_mappings: newObject('BlockDeviceMappingList', '1.18', { objects }) });
    });
    const objects = objectsOf(command.args.block_device_mapping).map((device) => setFields(device, fields));
    const block_device_mapping = newObject('BlockDeviceMappingList', '1.18', { objects });
    return withArgs({ build_requests, block_device_mapping })(command);
  };
}

/** A person says that host1 is dead. */
async function declareDown(world: BuildWorld): Promise<void> {
  const said = { down: true, by: 'ops', at: '2026-11-22T13:00:00Z', reason: 'powered off' };
  await world.platform.tables.update(cellTable('cell1'), serviceKey('host1', 'nova-compute'), { set: forced(said) });
}

describe('a compute that hangs while it builds, and goes on after it was given up', () => {
  const waking: readonly (readonly [how: string, kind: BehaviourKind])[] = [
    ['and has built the server', { delay: HANGS }],
    ['and asks for another host', { delay: HANGS, next: { fail: 'no image' } }],
    ['and gives the server up', { delay: HANGS, next: { abort: 'broken' } }],
  ];

  it.each(waking)('%s leaves record, action and faults unharmed', async (_how, kind) => {
    const { world, uuid } = await hanging(kind);
    await world.end();
    const built = world.server(uuid).item;
    await world.clock.advance(HANGS + 200_000);
    await world.clock.runUntil(world.world.fleet.host('host1').audit(), 60_000);

    const { item } = world.server(uuid);
    expect(item).toMatchObject({ vm_state: 'active', task_state: null, host: 'host2' });
    expect(item['updated_at']).toBe(built['updated_at']);
    expect(world.claims(uuid)).toEqual(['host2']);
    expect(world.beside(uuid, 'fault#')).toEqual([]);
    expect(world.beside(uuid, 'action#')).toMatchObject([{ message: null }]);
    expect(await leftOver(world)).toEqual([]);
  });

  it.each(waking)('%s is answered without a write, which is logged, counted and noted', async (_how, kind) => {
    const { world, uuid, log } = await hanging(kind);
    await world.end();
    await world.clock.advance(HANGS + 200_000);

    expect(log.counts.get('given_up_calls')).toBeGreaterThan(1);
    const lines = log.lines.filter(({ fields }) => fields['host'] === 'host1' && fields['method'] === 'Instance.save');
    expect(lines[0]).toMatchObject({ level: 'warn', fields: { instance: uuid } });
    expect(world.world.fleet.host('host1').troubles).toEqual([]);
  });

  it.each(waking)(
    '%s is ordered to destroy its guest: one runs in the end, and nothing is noted any more',
    async (_how, kind) => {
      const { world, uuid, log } = await hanging(kind);
      await world.end();
      await world.clock.advance(HANGS + 200_000);

      const { item } = world.server(uuid);
      expect(['host1', 'host2', 'host3'].filter((host) => world.world.fleet.host(host).guests.has(uuid))).toEqual([
        'host2',
      ]);
      expect(givenUpHosts(item)).toEqual([]);
      expect(log.counts.get('second_guests_destroyed')).toBe(1);
      expect(world.beside(uuid, 'action#')).toHaveLength(1);
    },
  );

  it('is recorded in no evacuation, which would destroy the guest at its next start', async () => {
    const { world, uuid } = await hanging({ delay: HANGS });
    await world.end();
    await world.clock.advance(HANGS + 200_000);

    expect(world.beside(uuid, 'migration#')).toEqual([]);
  });
});

describe('an order that a silent host took', () => {
  it.each([
    ['ports', withNetwork('11111111-2222-4333-8444-555555555555')],
    ['volumes', withDevices({ source_type: 'volume', destination_type: 'volume', volume_id: 'volume-1' })],
  ])('stays with it for a server with %s, whose guest may yet come to life', async (_what, change) => {
    const { world, uuid } = await hanging({ delay: 4_000_000 }, change);
    await world.clock.advance(1_200_000);

    expect(world.orders(uuid)).toMatchObject([{ host: 'host1' }]);
    expect(world.server(uuid).item).toMatchObject({ vm_state: 'building', host: 'host1' });
    const [launch] = await world.executions('launch');
    expect(heldOrder(world.server(uuid).item)).toMatchObject({ host: 'host1', execution: launch?.name });
  });

  it('keeps the access of its host: no attachment is deleted, renewed or given another host while it waits', async () => {
    const calls: string[] = [];
    const options = withVolumes({}, (volumes) =>
      watchingAll<Volumes>(volumes, (method, _args, run) => {
        calls.push(method);
        return run();
      }),
    );
    const booted = withDevices({ source_type: 'volume', destination_type: 'volume', volume_id: VOLUME });
    const { world, uuid } = await hanging({ delay: 1_300_000 }, booted, options);
    await world.clock.advance(1_200_000);
    const waiting = world.server(uuid).item['vm_state'];
    await world.end();

    expect(waiting).toBe('building');
    expect(world.server(uuid).item).toMatchObject({ vm_state: 'active', host: 'host1' });
    expect(calls.filter((method) => /^(?:delete|update|renew)/u.test(method))).toEqual([]);
  });

  it('goes to another host once a person says that it is down', async () => {
    const { world, uuid } = await hanging({ delay: 4_000_000 }, withNetwork('11111111-2222-4333-8444-555555555555'));
    await world.clock.advance(1_200_000);
    await declareDown(world);
    await world.end();

    expect(world.server(uuid).item).toMatchObject({ vm_state: 'active', host: 'host2' });
    expect(givenUpHosts(world.server(uuid).item)).toMatchObject([{ host: 'host1', acted: undefined }]);
    expect(heldOrder(world.server(uuid).item)).toBeUndefined();
  });

  it('is finished by it when it only hung', async () => {
    const { world, uuid } = await hanging({ delay: 1_300_000 }, withNetwork('11111111-2222-4333-8444-555555555555'));
    await world.end();

    expect(world.server(uuid).item).toMatchObject({ vm_state: 'active', host: 'host1' });
    expect(world.orders(uuid)).toHaveLength(1);
  });
});

describe('an order that a dead host never took', () => {
  it('goes to another host by itself, ports or not', async () => {
    const { world, uuid } = await hanging({ die: 'before-read' }, withNetwork('11111111-2222-4333-8444-555555555555'));
    await world.end();

    expect(world.server(uuid).item).toMatchObject({ vm_state: 'active', host: 'host2' });
  });
});
