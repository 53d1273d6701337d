import { Attaching, withVolumes } from '../fixtures/attached-volume.ts';
import type { BuildWorld } from '../fixtures/build-world.ts';
import type { Story } from './story.ts';

const config = { hostCallSeconds: 300 };

/** Ways of a volume that is to be attached to a server. */
export const ATTACH_STORIES: readonly Story[] = [
  story('a volume', withVolumes({ config }), (attaching) => attaching.call()),
  {
    ...story('a volume whose attachment breaks', withVolumes({ config })),
    broken: { workflow: 'attach-volume', state: 'Create attachment' },
  },
  story(
    'a host that does not answer in time',
    withVolumes({
      config,
      behaviour: ({ method }) => (method === 'reserve_block_device_name' ? { delay: 3_000_000 } : 'build'),
    }),
  ),
];

/** Attaches the volume to a server that was built before. */
function story(
  name: string,
  options: ReturnType<typeof withVolumes>,
  ask = (attaching: Attaching): Promise<unknown> => attaching.cast(),
): Story {
  return {
    name,
    options: { scheduler: () => [['host1']], ...options },
    afterwards: (world: BuildWorld) => ask(Attaching.in(world, options.volumes)),
  };
}
