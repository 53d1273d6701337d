import { describe, expect, test } from 'vitest';
import type { BuildWorldOptions } from '../fixtures/build-world.ts';
import { Attaching, withVolumes } from '../fixtures/attached-volume.ts';
import { crossing } from '../fixtures/crossing.ts';
import { cacheImages, progressOf } from '../fixtures/image-caching.ts';
import { resized } from '../fixtures/resized-across-cells.ts';

/** Seconds that a host may take, what it takes, and for which nobody reads what it says from then on. */
const [MAY_TAKE, TAKES, AWAY] = [300, 60, 3600];

/** A world whose host takes a while over an order, while the queues of its cells are read by nobody. */
function unread(method: string): BuildWorldOptions {
  let back: number | undefined;
  const now: { read?: () => number } = {};
  return {
    config: { hostCallSeconds: MAY_TAKE },
    // Their drivers hold what they say until somebody reads it.
    hosts: ['host1', 'host2', 'host3', 'host4'].map((host) => ({
      host,
      cell: host === 'host4' ? 'cell2' : 'cell1',
      heartbeatSeconds: 10,
      holdSeconds: 12 * 3600,
    })),
    behaviour: (order) => {
      if (order.method !== method) return 'build';
      back ??= (now.read?.() ?? 0) + AWAY * 1000;
      return { delay: TAKES * 1000 };
    },
    adapt: (services) => {
      now.read = () => services.clock.now();
      return services;
    },
    aroundBatch: async (run, queue) => {
      if (queue !== 'compute-task' && back !== undefined && (now.read?.() ?? 0) < back)
        throw new Error('Service Unavailable');
      return run();
    },
  };
}

describe('what a host has answered in time, and nobody has read for an hour, counts', () => {
  test.each([
    'prep_snapshot_based_resize_at_dest',
    'prep_snapshot_based_resize_at_source',
    'finish_snapshot_based_resize_at_dest',
  ])('in a resize across cells: %s', async (method) => {
    const at = await crossing(unread(method));

    await at.resize();

    expect(at.copies()[1]?.state).toBe('resized/null');
    expect(at.calls().map(([, each]) => each)).toContain(method);
  });

  test('in its confirmation', async () => {
    const at = await resized(unread('confirm_snapshot_based_resize_at_source'));

    await at.confirm();

    expect(at.copies()).toMatchObject([{ cell: 'cell2', state: 'active/null' }]);
  });

  test.each(['revert_snapshot_based_resize_at_dest', 'finish_revert_snapshot_based_resize_at_source'])(
    'in its revert: %s',
    async (method) => {
      const at = await resized(unread(method));

      await at.revert();

      expect(at.copies()).toMatchObject([{ cell: 'cell1', state: 'active/null' }]);
    },
  );

  test('where a volume is attached', async () => {
    const at = await Attaching.boot(withVolumes(unread('reserve_block_device_name')));

    await at.cast();

    expect(at.devices).toHaveLength(1);
    expect(at.ordered).toContain('attach_volume');
  });

  test('where images are cached', async () => {
    const { config, ...options } = unread('cache_images');
    const own = { ...options, config: { ...config, notificationFormat: 'versioned' } } as const;

    const world = await cacheImages(['host1'], ['i1'], own);

    expect(progressOf(world)).toEqual([[1, 'host1', ['i1'], []]]);
  });
});
