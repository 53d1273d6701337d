import { describe, expect, test } from 'vitest';
import { newObject } from '#wire/wire';
import type { CrashPoint } from '#local/fleet/behaviour';
import { BuildWorld, type BuildWorldOptions } from '../../fixtures/build-world.ts';
import { ALTERNATES } from '../../fixtures/built.ts';
import { leftOver } from '../../fixtures/ledger.ts';
import { textOf } from '#wire/reading';

const host = (name: string, more: object = {}) => ({ host: name, cell: 'cell1', ...more });

async function building(options: BuildWorldOptions = {}) {
  const world = await BuildWorld.boot({ scheduler: () => ALTERNATES, ...options });
  const command = world.request();
  await world.publish(command);
  const [uuid = ''] = command.uuids;
  return { world, command, uuid };
}

describe('a host that dies', () => {
  test.each<CrashPoint>(['before-read', 'after-read', 'after-claim', 'mid-build'])(
    '%s is given up, and its server is built on the next one',
    async (moment) => {
      const { world, uuid } = await building({
        behaviour: (_order, attempt) => (attempt === 1 ? { die: moment } : 'build'),
      });
      await world.end();

      expect(world.server(uuid).item).toMatchObject({ vm_state: 'active', host: 'host2' });
      expect(world.claims(uuid)).toEqual(['host2']);
      expect(await leftOver(world)).toEqual([]);
    },
  );

  test('and comes back to find its order changes nothing any more', async () => {
    const { world, uuid } = await building({
      behaviour: (order, attempt) => (order.host === 'host1' && attempt === 1 ? { die: 'before-read' } : 'build'),
    });
    await world.end();
    const host1 = world.world.fleet.host('host1');
    const before = world.server(uuid).item;
    const started = host1.start();
    await world.clock.runUntil(started, 120_000);
    await world.clock.advance(120_000);

    expect(world.server(uuid).item).toMatchObject({
      vm_state: 'active',
      host: 'host2',
      updated_at: before['updated_at'],
    });
    expect(host1.instances).toEqual([]);
    expect(await leftOver(world)).toEqual([]);
  });

  test('to the conductor alone reports its success in vain: another host has the record', async () => {
    const { world, uuid } = await building({
      hosts: [
        host('host1', { heartbeatSeconds: 0, behaviour: () => ({ delay: 400_000 }) }),
        host('host2'),
        host('host3'),
      ],
    });
    await world.end();
    await world.clock.advance(600_000);
    await world.clock.runUntil(world.world.fleet.host('host1').audit(), 60_000);

    expect(world.server(uuid).item).toMatchObject({ vm_state: 'active', host: 'host2' });
    expect(world.world.fleet.host('host1').troubles).toEqual([]);
    expect(await leftOver(world)).toEqual([]);
  });

  test('after all others ends its server in error', async () => {
    const { world, uuid } = await building({ behaviour: () => ({ die: 'after-read' }) });
    await world.end();

    expect(world.server(uuid).item).toMatchObject({ vm_state: 'error', task_state: null });
    expect(world.beside(uuid, 'fault#')).toHaveLength(1);
    expect(await leftOver(world)).toEqual([]);
  });
});

describe('a host that lives', () => {
  test('and has lost its order is given up after orderSeconds', async () => {
    let casts = 0;
    const { world, uuid } = await building({
      config: { orderSeconds: 300 },
      adapt: (services) => ({
        ...services,
        compute: {
          ...services.compute,
          cast: async (message) => {
            casts += 1;
            if (casts > 1) await services.compute.cast(message);
          },
        },
      }),
    });
    await world.end();

    expect(world.server(uuid).item).toMatchObject({ vm_state: 'active', host: 'host2' });
    expect(world.orders(uuid)).toMatchObject([{ host: 'host2', attempt: 2 }]);
    expect(await leftOver(world)).toEqual([]);
  });

  test('is waited for as long as it works', async () => {
    const { world, uuid } = await building({ behaviour: () => ({ delay: 1_500_000 }) });
    await world.end();

    expect(world.server(uuid).item).toMatchObject({ vm_state: 'active', host: 'host1' });
    expect(await leftOver(world)).toEqual([]);
  });

  test('is not given up while its liveness is unknown, however long that takes', async () => {
    const { world, uuid } = await building({
      behaviour: () => ({ delay: 3_000_000 }),
      config: { stallSeconds: 600 },
      adapt: (services) => ({
        ...services,
        serviceGroup: { verdict: () => Promise.resolve({ liveness: 'unknown', reason: '' }) },
      }),
    });
    await world.end();

    expect(world.server(uuid).item).toMatchObject({ vm_state: 'active', host: 'host1' });
    expect(world.orders(uuid)).toHaveLength(1);
    expect(await leftOver(world)).toEqual([]);
  });
});

/** The steps of a request for several servers; any other is walked by a request for one. */
const OF_SEVERAL: ReadonlySet<string> = new Set(['select-destinations', 'recheck-quota', 'commit-to-cell']);

/** Steps around which the user deletes the server, and how its hosts behave. */
const DELETIONS: readonly (readonly [step: string, BuildWorldOptions])[] = [
  ['select-destinations', {}],
  ['recheck-quota', {}],
  ['commit-to-cell', {}],
  ['place', {}],
  ['build-on-host', {}],
  ['build-on-host', { behaviour: () => ({ delay: 60_000 }) }],
  ['check-host', { behaviour: () => ({ delay: 300_000 }) }],
  ['await-build', { behaviour: () => ({ delay: 300_000 }) }],
  ['claim-alternate', { behaviour: (_order, attempt) => (attempt === 1 ? { fail: 'full' } : 'build') }],
  ['fail-build', { behaviour: () => ({ fail: 'full' }) }],
  ['release-claim', { behaviour: () => ({ abort: 'broken' }) }],
];

describe('a server that the user deletes', () => {
  describe.each(DELETIONS)('around %s', (step, options) => {
    test.each(['before', 'after'])('%s the step leaves nothing behind', async (when) => {
      let world: BuildWorld | undefined;
      let deleted: string | undefined;
      const deleteOnce = async (): Promise<void> => {
        if (deleted !== undefined || world === undefined) return;
        deleted = '';
        deleted = await deleteServer(world);
      };
      world = await BuildWorld.boot({
        scheduler: () => [...ALTERNATES, ['host2', 'host3']],
        ...options,
        around: async (run, event) => {
          if (event.step === step && when === 'before') await deleteOnce();
          const answer = await run();
          if (event.step === step && when === 'after') await deleteOnce();
          return answer;
        },
      });
      const { uuids } = await world.build(world.request(OF_SEVERAL.has(step) ? 2 : 1));
      await world.clock.advance(600_000);

      expect(uuids).toContain(deleted);
      expect(world.servers(deleted ?? '').every(({ item }) => item['deleted'] === true)).toBe(true);
      expect(await leftOver(world)).toEqual([]);
    });
  });

  test('while it is buried leaves nothing behind', async () => {
    const deleted: string[] = [];
    const world = await BuildWorld.boot({
      scheduler: () => ALTERNATES,
      around: async (run, event) => {
        if (event.step === 'bury-in-cell0') deleted.push(await deleteServer(world));
        return run();
      },
    });
    await world.unmapHost('host1');
    const { uuids } = await world.build();

    expect(deleted).toEqual(uuids);
    expect(world.server(uuids[0] ?? '').item).toMatchObject({ deleted: true });
    expect(await leftOver(world)).toEqual([]);
  });
});

/** As an API does it: the build request while there is one, else the instance. */
async function deleteServer(world: BuildWorld): Promise<string> {
  const [request] = world.items('build-requests').filter(({ sk }) => sk === 'build-request');
  if (request !== undefined) {
    const uuid = request.pk.slice('instance#'.length);
    await world.deleteBuildRequest(uuid);
    return uuid;
  }
  const [found] = ['cell1', 'cell2'].flatMap((cell) =>
    world.items(`cell-${cell}`).flatMap((item) => (item.sk === 'instance' ? [{ cell, item }] : [])),
  );
  if (found === undefined) throw new Error('there is nothing to delete');
  const { uuid = null, id = null, host: on = null } = found.item;
  const instance = newObject('Instance', '2.7', { uuid, id, host: on });
  const context = { ...world.request().context, is_admin: true };
  await world.client.objectAction(context, instance, 'destroy', {}, { cell: found.cell });
  return textOf(uuid) ?? '';
}
