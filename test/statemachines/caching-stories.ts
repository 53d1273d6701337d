import { cachingHosts, sendCaching } from '../fixtures/image-caching.ts';
import type { Story } from './story.ts';

const config = { hostCallSeconds: 300, notificationFormat: 'versioned' } as const;

/** Ways of a request that caches images. */
export const CACHING_STORIES: readonly Story[] = [
  {
    name: 'two hosts of two cells',
    options: { config },
    publish: (world) => sendCaching(world, ['host1', 'host4'], ['i1']),
  },
  {
    name: 'a host that does not answer',
    options: { config, hosts: cachingHosts({ host1: async () => undefined }) },
    publish: (world) => sendCaching(world, ['host1'], ['i1']),
  },
  {
    name: 'a host that is down',
    options: { config },
    before: async (world) => {
      world.world.fleet.host('host1').die();
      await world.clock.advance(120_000);
    },
    publish: (world) => sendCaching(world, ['host1'], ['i1']),
  },
];
