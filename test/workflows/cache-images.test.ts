import { describe, expect, test } from 'vitest';
import { BuildWorld } from '../fixtures/build-world.ts';
import {
  answeringImages,
  cacheImages,
  cachingHosts,
  progressOf,
  sendCaching,
  cachingNotifications,
} from '../fixtures/image-caching.ts';
import { leftOver } from '../fixtures/ledger.ts';

const asked = (world: BuildWorld): string[] =>
  world
    .orders()
    .filter(({ method }) => method === 'cache_images')
    .map(({ host }) => host);

describe('hosts of an aggregate that are to fetch images', () => {
  test('are asked, and each is published with its place among all (CACHE-01)', async () => {
    const world = await cacheImages(['host1', 'host2'], ['i1']);

    expect(asked(world).toSorted()).toEqual(['host1', 'host2']);
    expect(world.orders()[0]).toMatchObject({ args: { image_ids: ['i1'] }, version: '6.0' });
    expect(progressOf(world)).toEqual([
      [1, 'host1', ['i1'], []],
      [2, 'host2', ['i1'], []],
    ]);
    const notifications = cachingNotifications(world);
    expect(notifications.map(([ending]) => ending)).toEqual(['start', 'progress', 'progress', 'end']);
    expect(notifications[0]?.[1]).toEqual({
      id: 1,
      uuid: 'ad9d5888-89e2-4798-b0b5-9bbbdbfdb747',
      name: 'cache',
      hosts: ['host1', 'host2'],
      metadata: {},
    });
    expect(notifications[1]?.[1]).toMatchObject({ total: 2 });
    expect(await leftOver(world)).toEqual([]);
  });

  test('are asked one after the other (CACHE-02)', async () => {
    const world = await BuildWorld.boot({ behaviour: () => ({ delay: 60_000 }) });

    await sendCaching(world, ['host1', 'host2'], ['i1']);
    await world.clock.advance(30_000);

    expect(asked(world)).toEqual(['host1']);
    await world.end();
    expect(asked(world)).toEqual(['host1', 'host2']);
  });

  test('are asked so many at a time as configured, each with an index of its own (CACHE-03)', async () => {
    const config = { precacheConcurrency: 2, notificationFormat: 'versioned' } as const;
    const world = await BuildWorld.boot({ config, behaviour: () => ({ delay: 60_000 }) });

    await sendCaching(world, ['host1', 'host2', 'host3'], ['i1']);
    await world.clock.advance(30_000);

    expect(asked(world).toSorted()).toEqual(['host1', 'host2']);
    await world.end();
    expect(progressOf(world).map(([index]) => index)).toEqual([1, 2, 3]);
  });

  test('are not asked while they are down, and published as failed (CACHE-04)', async () => {
    const world = await cacheImages(['host1', 'host2'], ['i1', 'i2'], {}, async (booted) => {
      booted.world.fleet.host('host2').die();
      await booted.clock.advance(120_000);
    });

    expect(asked(world)).toEqual(['host1']);
    expect(progressOf(world)).toEqual([
      [1, 'host1', ['i1', 'i2'], []],
      [2, 'host2', [], ['i1', 'i2']],
    ]);
    expect(cachingNotifications(world).at(-1)?.[0]).toBe('end');
  });

  test('may answer of each image something else, and failures are warned of (CACHE-05)', async () => {
    const mixed = answeringImages({ i1: 'existing', i2: 'error', i3: 'unsupported' });

    const world = await cacheImages(['host1'], ['i1', 'i2', 'i3'], { hosts: cachingHosts({ host1: mixed }) });

    expect(progressOf(world)).toEqual([[1, 'host1', ['i1'], ['i2', 'i3']]]);
    const warned = world.platform.log.lines.filter(({ message }) => message === 'an image could not be cached');
    expect(warned.map(({ fields }) => [fields['image'], fields['hosts']])).toEqual([['i2', 1]]);
  });

  test.each([
    ['fail', answeringImages('fails')],
    ['are silent', async () => undefined],
  ])('that %s are published as failed, and the others are asked (CACHE-06)', async (_how, own) => {
    const config = { hostCallSeconds: 300, notificationFormat: 'versioned' } as const;

    const world = await cacheImages(['host1', 'host2'], ['i1'], { config, hosts: cachingHosts({ host1: own }) });

    expect(progressOf(world)).toEqual([
      [1, 'host1', [], ['i1']],
      [2, 'host2', ['i1'], []],
    ]);
    expect(await leftOver(world)).toEqual([]);
  });

  test('that are mapped to no cell are published as failed (CACHE-07)', async () => {
    const world = await cacheImages(['host9', 'host1'], ['i1']);

    expect(asked(world)).toEqual(['host1']);
    expect(progressOf(world)).toEqual([
      [1, 'host9', [], ['i1']],
      [2, 'host1', ['i1'], []],
    ]);
    expect(cachingNotifications(world).at(-1)?.[0]).toBe('end');
  });

  test('that are named twice are asked and counted once', async () => {
    const world = await cacheImages(['host1', 'host1'], ['i1']);

    expect(progressOf(world)).toEqual([[1, 'host1', ['i1'], []]]);
    expect(cachingNotifications(world)[1]?.[1]).toMatchObject({ total: 1 });
  });

  test('are each published by a message of its own', async () => {
    const world = await cacheImages(['host1', 'host2'], ['i1']);

    const published = world.notifications('aggregate.cache_images.progress').map(({ messageId }) => messageId);
    expect(new Set(published).size).toBe(2);
  });

  test('that are none are published by start and end alone (CACHE-08)', async () => {
    const world = await cacheImages([], ['i1']);

    expect(cachingNotifications(world).map(([ending]) => ending)).toEqual(['start', 'end']);
  });

  test('of two cells are asked each in its own (CACHE-09)', async () => {
    const world = await cacheImages(['host1', 'host4'], ['i1']);

    expect(asked(world)).toEqual(['host1', 'host4']);
    expect(progressOf(world)).toEqual([
      [1, 'host1', ['i1'], []],
      [2, 'host4', ['i1'], []],
    ]);
    expect(cachingNotifications(world)[1]?.[1]).toMatchObject({ total: 2 });
  });

  test('are published as failed where the computes of their cell do not know how', async () => {
    const config = { computeRpc: '5.3', notificationFormat: 'versioned' } as const;

    const world = await cacheImages(['host1'], ['i1'], { config });

    expect(asked(world)).toEqual([]);
    expect(progressOf(world)).toEqual([[1, 'host1', [], ['i1']]]);
    expect(await leftOver(world)).toEqual([]);
  });

  test('are refused by name where they are more than one execution has room for', async () => {
    const hosts = Array.from({ length: 1001 }, (_, at) => `h${at}`);

    const world = await cacheImages(hosts, ['i1']);

    const [letter] = world.platform.queues.messages('compute-task-dlq');
    expect(letter?.attributes?.['reason']).toContain('1000 hosts');
  });

  test.each([
    ['looked at', 'look-at-host'],
    ['asked', 'ask-host'],
    ['judged', 'judge-host'],
  ])('of which one cannot be %s are published, that one as failed', async (_what, broken) => {
    const config = { hostCallSeconds: 300, notificationFormat: 'versioned' } as const;
    const world = await cacheImages(['host1', 'host2'], ['i1'], {
      config,
      hosts: cachingHosts({ host1: async () => undefined }),
      around: (run, { step }, [, invoked]) =>
        step === broken && JSON.stringify(invoked).includes('"host":"host1"')
          ? Promise.reject(new TypeError('x is not a function'))
          : run(),
    });

    expect(progressOf(world)).toEqual([
      [1, 'host1', [], ['i1']],
      [2, 'host2', ['i1'], []],
    ]);
    expect((await world.executions('cache-images')).map(({ status }) => status)).toEqual(['SUCCEEDED']);
  });

  test('are asked although what became of one of them cannot be published', async () => {
    const world = await cacheImages(['host1', 'host2', 'host4'], ['i1'], {
      around: (run, { step }, [, invoked]) =>
        step === 'notify-progress' && JSON.stringify(invoked).includes('"host":"host1"')
          ? Promise.reject(new TypeError('x is not a function'))
          : run(),
    });

    expect(asked(world)).toEqual(['host1', 'host2', 'host4']);
    expect(progressOf(world).map(([, host]) => host)).toEqual(['host2', 'host4']);
    expect(cachingNotifications(world).at(-1)?.[0]).toBe('end');
    expect((await world.executions('cache-images')).map(({ status }) => status)).toEqual(['SUCCEEDED']);
  });
});
