import { describe, expect, test } from 'vitest';
import type { MemoryAccelerators } from '#adapters/memory/accelerators';
import { AcceleratorRequestBindingFailed, AcceleratorRequestOpFailed, ServiceNotReached } from '#errors';
import type { Accelerators } from '#ports/accelerators';
import { fieldsOf, listOf } from '#wire/reading';
import { DEVICES, ofProfile, PROFILE, profiled, withAccelerators } from '../../fixtures/accelerated-server.ts';
import { BuildWorld } from '../../fixtures/build-world.ts';
import { ALTERNATES } from '../../fixtures/built.ts';
import { afterBuild } from '../../fixtures/host-scripts.ts';
import { leftOver } from '../../fixtures/ledger.ts';
import { userContext } from '../../fixtures/openstack.ts';
import { EVACUATE, migrationOf, rebuildCast, running, stranded } from '../../fixtures/rebuilt-server.ts';
import { shelved, unshelveCast } from '../../fixtures/shelved-server.ts';
import type { Behaviour } from '#local/fleet/behaviour';

type Change = (accelerators: MemoryAccelerators) => Accelerators;

const NOT_BOUND: Change = (accelerators) => ({
  ...accelerators,
  bind: () => Promise.reject(new AcceleratorRequestBindingFailed({ arqs: [], msg: '400' })),
});

const NOT_MADE: Change = (accelerators) => ({
  ...accelerators,
  create: () => Promise.reject(new AcceleratorRequestOpFailed({ op: 'create', msg: '404' })),
});

const TROUBLE = { service: 'accelerator', url: 'u', trouble: 'was not reached', remedy: 'Look.' };

const once: Behaviour = (_order, attempt) => (attempt === 1 ? { fail: 'disk full' } : 'build');

/** New servers of a flavor with the profile. */
async function built(change?: Change, { servers = 1, behaviour }: { servers?: number; behaviour?: Behaviour } = {}) {
  const options = withAccelerators(
    { scheduler: () => Array.from({ length: servers }, () => ALTERNATES[0] ?? []) },
    change,
  );
  const world = await BuildWorld.boot(behaviour === undefined ? options : { ...options, behaviour });
  const command = ofProfile(world.request(servers));
  await world.build(command);
  const [uuid = ''] = command.uuids;
  const ordered = world.orders(uuid).map(({ args }) => args['accel_uuids']);
  const arqs = await options.accelerators.arqsOf(userContext(), uuid);
  return { world, uuids: command.uuids, uuid, ordered, arqs, accelerators: options.accelerators };
}

describe('the devices of a new server', () => {
  test('are bound to the node of its host before the order, which names them (ARQ-01, ARQ-03)', async () => {
    const { ordered, arqs, uuid } = await built();

    expect(arqs).toMatchObject([
      { profile: PROFILE, state: 'Bound', hostname: 'host1', providerUuid: DEVICES, instanceId: uuid },
    ]);
    expect(ordered).toEqual([arqs.map((arq) => arq.uuid)]);
  });

  test('are not asked for where its flavor has no device profile (ARQ-02)', async () => {
    const asked: string[] = [];
    const options = withAccelerators({ scheduler: () => ALTERNATES }, (accelerators) => ({
      ...accelerators,
      arqsOf: async (context, id) => {
        asked.push(id);
        return accelerators.arqsOf(context, id);
      },
    }));
    const world = await BuildWorld.boot(options);

    await world.build();

    expect(world.orders().map(({ args }) => args['accel_uuids'])).toEqual([[]]);
    expect(asked).toEqual([]);
  });

  test('that cannot be bound end its build in error, and nothing is left of them (ARQ-06)', async () => {
    const { world, ordered, uuid, arqs } = await built(NOT_BOUND);

    expect(ordered).toEqual([]);
    expect(world.server(uuid).item).toMatchObject({ vm_state: 'error', task_state: null });
    expect(arqs).toEqual([]);
    expect(world.claims(uuid)).toEqual([]);
    expect(await leftOver(world)).toEqual([]);
  });

  test('of three, of which one cannot be bound, leave the others alone (ARQ-07)', async () => {
    let binds = 0;
    const { world, uuids } = await built(
      (accelerators) => ({
        ...accelerators,
        bind: async (...asked) => {
          binds += 1;
          if (binds === 2) throw new AcceleratorRequestBindingFailed({ arqs: [], msg: '400' });
          return accelerators.bind(...asked);
        },
      }),
      { servers: 3 },
    );

    const states = uuids.map((uuid) => world.server(uuid).item['vm_state']);
    expect(states).toHaveLength(3);
    expect(states.filter((state) => state === 'active')).toHaveLength(2);
    expect(states.filter((state) => state === 'error')).toHaveLength(1);
  });

  test('are bound once though the step runs twice (ARQ-08)', async () => {
    let lost = true;
    let made = 0;
    const { ordered, arqs } = await built((accelerators) => ({
      ...accelerators,
      create: async (...asked) => {
        made += 1;
        return accelerators.create(...asked);
      },
      bind: async (...asked) => {
        await accelerators.bind(...asked);
        if (!lost) return;
        lost = false;
        throw Object.assign(new Error('the function died'), { name: 'Runtime.ExitError' });
      },
      delete: async (...asked) => (lost ? accelerators.delete(...asked) : undefined),
    }));

    expect(made).toBe(1);
    expect(ordered).toEqual([arqs.map((arq) => arq.uuid)]);
  });

  test('that a function had made when it died, and not bound, are deleted by the next one', async () => {
    let [isDead, hasDied] = [false, false];
    const { ordered, arqs, accelerators } = await built((memory) => ({
      ...memory,
      bind: async (...asked) => {
        if (hasDied) return memory.bind(...asked);
        [isDead, hasDied] = [true, true];
        throw Object.assign(new Error('the function died'), { name: 'Runtime.ExitError' });
      },
      arqsOf: async (...asked) => {
        isDead = false;
        return memory.arqsOf(...asked);
      },
      delete: async (...asked) => (isDead ? undefined : memory.delete(...asked)),
    }));

    expect(accelerators.all()).toEqual(arqs);
    expect(ordered).toEqual([arqs.map((arq) => arq.uuid)]);
  });

  test.each([
    ['and the build goes on', false],
    ['and the build ends in error', true],
  ])('that were made by a call whose answer was lost are not left behind, %s', async (_title, isRefused) => {
    let calls = 0;
    const { world, uuid, arqs, accelerators } = await built((memory) => ({
      ...memory,
      create: async (...asked) => {
        calls += 1;
        if (calls > 1 && isRefused) throw new AcceleratorRequestOpFailed({ op: 'create', msg: '403' });
        const made = await memory.create(...asked);
        if (calls === 1) throw new ServiceNotReached({ ...TROUBLE, maybeDone: true });
        return made;
      },
    }));

    expect(calls).toBe(2);
    expect(world.server(uuid).item['vm_state']).toBe(isRefused ? 'error' : 'active');
    expect(accelerators.all()).toEqual(arqs);
    expect(arqs).toHaveLength(isRefused ? 0 : 1);
  });

  test('are others at the next host (ARQ-09)', async () => {
    const { ordered, arqs } = await built(undefined, { behaviour: once });

    expect(arqs).toMatchObject([{ hostname: 'host2', state: 'Bound' }]);
    expect(ordered[1]).toEqual(arqs.map((arq) => arq.uuid));
    expect(ordered[0]).not.toEqual(ordered[1]);
  });

  test('are deleted once no host is left (ARQ-10)', async () => {
    const { world, uuid, arqs } = await built(undefined, { behaviour: () => ({ fail: 'disk full' }) });

    expect(world.server(uuid).item['vm_state']).toBe('error');
    expect(arqs).toEqual([]);
  });

  test('are refused by name where no accelerator service is named (ARQ-16)', async () => {
    const world = await BuildWorld.boot({ scheduler: () => ALTERNATES });
    const command = ofProfile(world.request());
    const [uuid = ''] = command.uuids;

    await world.build(command);

    expect(world.orders(uuid)).toEqual([]);
    expect(world.beside(uuid, 'fault#').map(({ message }) => message)).toEqual([
      expect.stringContaining('names no accelerator service'),
    ]);
  });
});

/** A server of the profile that is shelved away. */
async function offloaded(change?: Change) {
  const options = withAccelerators({ scheduler: afterBuild(() => [['host2']]) }, change);
  const at = await shelved({ offloaded: true }, options);
  await at.server.change({ flavor: profiled(at.server.item['flavor']) });
  await unshelveCast(at);
  await at.world.end();
  const arqs = await options.accelerators.arqsOf(userContext(), at.server.uuid);
  return { ...at, arqs, asked: options.asked, orders: at.world.orders(at.server.uuid) };
}

describe('the devices of a server that is unshelved', () => {
  test('are asked of its host, bound there, and named in the order (ARQ-11)', async () => {
    const { arqs, asked, orders } = await offloaded();

    const groups = listOf(fieldsOf(asked.at(-1))['requested_resources']).map(
      (group) => fieldsOf(group)['requester_id'],
    );
    expect(groups).toEqual(['device_profile_0']);
    expect(arqs).toMatchObject([{ hostname: 'host2', state: 'Bound' }]);
    expect(orders.at(-1)?.args['accel_uuids']).toEqual(arqs.map((arq) => arq.uuid));
  });

  test('that cannot be bound leave it shelved, without claim and devices (ARQ-12)', async () => {
    const { server, arqs, world } = await offloaded(NOT_BOUND);

    expect(server.state).toBe('shelved_offloaded/null');
    expect(world.claims(server.uuid)).toEqual([]);
    expect(arqs).toEqual([]);
  });
});

/** A server of the profile with a device on host1. */
async function having(at: Awaited<ReturnType<typeof running>>, accelerators: MemoryAccelerators): Promise<string> {
  await at.server.change({ flavor: profiled(at.server.item['flavor']) });
  const [arq] = await accelerators.create(userContext(), PROFILE);
  const uuid = arq?.uuid ?? '';
  const binding = { uuid, hostname: 'host1', providerUuid: DEVICES, instanceId: at.server.uuid };
  await accelerators.bind(userContext(), [binding]);
  return uuid;
}

describe('the devices of a server that is rebuilt', () => {
  test('are those that it has where it stays (ARQ-15)', async () => {
    const options = withAccelerators({ scheduler: afterBuild(() => [['host2']]) });
    const at = await running(options);
    const arq = await having(at, options.accelerators);

    await rebuildCast(at, { host: 'host1' });
    await at.world.end();

    expect(at.world.orders(at.server.uuid).at(-1)?.args['accel_uuids']).toEqual([arq]);
    expect(await options.accelerators.arqsOf(userContext(), at.server.uuid)).toMatchObject([{ uuid: arq }]);
  });

  test('are others at the host to which it is evacuated (ARQ-13)', async () => {
    const options = withAccelerators({ scheduler: afterBuild(() => [['host2']]) });
    const at = await stranded(options);
    const arq = await having(at, options.accelerators);

    await rebuildCast(at, EVACUATE);
    await at.world.end();

    const arqs = await options.accelerators.arqsOf(userContext(), at.server.uuid);
    expect(arqs).toMatchObject([{ hostname: 'host2', state: 'Bound' }]);
    expect(arqs).not.toMatchObject([{ uuid: arq }]);
    expect(at.world.orders(at.server.uuid).at(-1)?.args['accel_uuids']).toEqual(arqs.map(({ uuid }) => uuid));
  });

  test('that cannot be made end its evacuation in error, the claim on the new host released (ARQ-14)', async () => {
    const options = withAccelerators({ scheduler: afterBuild(() => [['host2']]) }, NOT_MADE);
    const at = await stranded(options);
    await at.server.change({ flavor: profiled(at.server.item['flavor']) });

    await rebuildCast(at, EVACUATE);
    await at.world.end();

    expect(migrationOf(at)?.['status']).toBe('error');
    expect(at.server.state).toBe('error/null');
    expect(at.world.beside(at.server.uuid, 'fault#')).toHaveLength(1);
    expect(at.world.claims(at.server.uuid)).toEqual(['host1']);
  });
});
