import { NoValidHost } from '#errors';
import { cellTable, instanceKey } from '#records/keys';
import type { BuildWorld } from '../fixtures/build-world.ts';
import { recordServers, sendBuild } from '../fixtures/recorded-servers.ts';
import type { Story } from './story.ts';

const placed = () => [['host1', 'host2', 'host3']];

const existing =
  (count: number): NonNullable<Story['publish']> =>
  async (world) =>
    sendBuild(world, await recordServers(world, count));

const vanish = (world: BuildWorld, uuid: string): Promise<unknown> =>
  world.platform.tables.delete(cellTable('cell1'), instanceKey(uuid));

/** Every way through build and launch of servers that their API has recorded before: build_instances. */
export const EXISTING_STORIES: readonly Story[] = [
  {
    name: 'two servers that exist',
    options: { scheduler: () => [['host1', 'host3'], ['host2']] },
    publish: existing(2),
  },
  {
    name: 'no valid host for servers that exist',
    options: { scheduler: () => new NoValidHost({ reason: 'There are not enough hosts available.' }) },
    publish: existing(2),
  },
  {
    name: 'a quota count that breaks for a server that exists',
    options: { scheduler: placed },
    publish: existing(1),
    broken: { workflow: 'build', state: 'Recheck quota' },
  },
  {
    name: 'a server that exists, on a host that is mapped to no cell',
    options: { scheduler: placed },
    publish: existing(1),
    before: (world) => world.unmapHost('host1'),
    belongs: /lies in cell1 and is mapped to undefined/u,
  },
  {
    name: 'a server that exists, deleted by its user meanwhile',
    options: { scheduler: placed },
    publish: existing(1),
    whileScheduling: (world, uuid) => world.deleteBuildRequest(uuid),
  },
  {
    name: 'a server that exists and vanishes',
    options: { scheduler: placed },
    publish: existing(1),
    whileScheduling: vanish,
    belongs: /^a build request of|^a request spec of|is mapped to no cell and lies in undefined/u,
  },
  {
    name: 'a server that exists, whose hosts all give it back',
    options: { scheduler: placed, behaviour: () => ({ fail: 'it is full' }) },
    publish: existing(1),
  },
];
