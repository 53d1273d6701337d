import { describe, expect, test } from 'vitest';
import { ORDERS } from '#local/fleet/orders';
import { QueueThrottled } from '#ports/queues';
import { BuildWorld, type BuildWorldOptions } from '../fixtures/build-world.ts';
import { coldWorld, liveWorld } from '../fixtures/moves.ts';
import { SCHEDULED } from '../fixtures/live-moves.ts';

/** Seconds until the order can be sent, and from then on until its host shows that it has taken it. */
const [AWAY, UNTAKEN] = [3600, 300];

/** A world in which orders of a method cannot be sent for a while, and their host is slow to begin with them. */
function lateOrders(method: string): BuildWorldOptions {
  let sendable: number | undefined;
  const own = ORDERS[method];
  if (own === undefined) throw new Error(`nobody carries out ${method}`);
  return {
    hosts: ['host1', 'host2', 'host3'].map((host) => ({
      host,
      cell: 'cell1',
      heartbeatSeconds: 10,
      orders: {
        [method]: async (site, order, kind) => {
          await site.sleep(UNTAKEN * 1000);
          await own(site, order, kind);
        },
      },
    })),
    adapt: (services) => ({
      ...services,
      compute: {
        call: (message) => services.compute.call(message),
        cast: async (message) => {
          if (message.method === method && services.clock.now() < (sendable ??= services.clock.now() + AWAY * 1000))
            throw new QueueThrottled('away');
          await services.compute.cast(message);
        },
      },
    }),
  };
}

describe('a host whose order can only be sent after an hour has as long to begin with it as without that', () => {
  test('as the host of a build', async () => {
    const world = await BuildWorld.boot({
      scheduler: () => [['host2', 'host3']],
      ...lateOrders('build_and_run_instance'),
    });

    const { uuids } = await world.build();

    expect(world.orders().map(({ host }) => host)).toEqual(['host2']);
    expect(uuids.map((uuid) => world.server(uuid).item['vm_state'])).toEqual(['active']);
  });

  test('as the destination of a cold migration', async () => {
    const moving = await coldWorld(lateOrders('prep_resize'));

    await moving.cast();

    expect(moving.orders('prep_resize').map(({ host }) => host)).toEqual(['host2']);
    expect(moving.state).toBe('resized/null');
  });

  test('as the source of a live migration', async () => {
    const moving = await liveWorld(lateOrders('live_migration'));

    await moving.cast(SCHEDULED);

    expect(moving.migrations).toMatchObject([{ status: 'completed' }]);
    expect(moving.item).toMatchObject({ vm_state: 'active', task_state: null, host: 'host2' });
  });
});
