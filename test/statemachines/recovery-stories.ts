import { NoValidHost } from '#errors';
import type { JsonMap } from '#ports/json';
import { instanceMappingKey, MAPPINGS } from '#records/keys';
import { recordFault } from '#records/methods/instance-fault';
import type { BuildWorld } from '../fixtures/build-world.ts';
import { ExistingServer } from '../fixtures/existing-server.ts';
import { afterBuild, dies } from '../fixtures/host-scripts.ts';
import { EVACUATE, rebuild, running, strand } from '../fixtures/rebuilt-server.ts';
import { unshelve as ask } from '../fixtures/shelved-server.ts';
import type { Story } from './story.ts';

const first = () => [['host1']];
const second = afterBuild(() => [['host2']]);
const none = afterBuild(() => new NoValidHost({ reason: 'There are not enough hosts available.' }));

type Change = (world: BuildWorld, server: ExistingServer) => Promise<unknown>;

/** The server is shelved, something may happen to it, and it is to be unshelved. */
const unshelve =
  (change?: Change, image?: string) =>
  async (world: BuildWorld): Promise<void> => {
    const server = ExistingServer.of(world);
    await server.storeSnapshot();
    await server.shelve(image);
    await change?.(world, server);
    await ask({ world, server, context: await server.begin('unshelve') });
  };

const unmap: Change = (world, server) =>
  world.platform.tables.update(MAPPINGS, instanceMappingKey(server.uuid), { set: { cell: null } });

/** A server in a state that it is not asked for in; that it is in error is known from a fault of before. */
const wrongState: Change = async (world, server) => {
  await server.change({ vm_state: 'active' });
  const { services } = world;
  const context = await server.begin('other');
  await recordFault(
    { ...services, context, cell: { name: server.cell, uuid: '' } },
    { instance_uuid: server.uuid, code: 500, message: 'of before', details: '', host: null },
  );
};

/** Every way through unshelve. */
export const UNSHELVE_STORIES: readonly Story[] = [
  { name: 'a server on its host', options: { scheduler: first, shelvedOffloadTime: -1 }, afterwards: unshelve() },
  { name: 'an offloaded server', options: { scheduler: second }, afterwards: unshelve() },
  { name: 'no valid host', options: { scheduler: none }, afterwards: unshelve() },
  {
    name: 'a host that dies',
    options: { scheduler: second, behaviour: (order) => dies(order.method === 'unshelve_instance') },
    afterwards: unshelve(),
  },
  {
    name: 'a slow host',
    options: {
      scheduler: second,
      behaviour: (order) => (order.method === 'unshelve_instance' ? { delay: 130_000 } : 'build'),
    },
    afterwards: unshelve(),
  },
  {
    name: 'a lost image',
    options: { scheduler: first },
    afterwards: unshelve(undefined, 'gone'),
    belongs: /is still \["error","unshelving"\]/u,
  },
  {
    name: 'an image service that breaks',
    options: { scheduler: second },
    broken: { workflow: 'unshelve', state: 'Find image' },
    afterwards: unshelve(),
  },
  {
    name: 'a server that is not shelved',
    options: { scheduler: first, shelvedOffloadTime: -1 },
    afterwards: unshelve(wrongState),
    belongs: /is still \["error","unshelving"\]/u,
  },
  {
    name: 'a server without a cell',
    options: { scheduler: first, shelvedOffloadTime: -1 },
    afterwards: unshelve(unmap),
    belongs: /mapped to/u,
  },
];

/** The server runs, something may happen to it, and it is to be rebuilt. */
const rebuildWith =
  (args: JsonMap, change?: Change, stranded = false) =>
  async (world: BuildWorld): Promise<void> => {
    const at = await running(world);
    if (stranded) await strand(at);
    await change?.(world, at.server);
    await rebuild(at, args);
  };

const IN_PLACE = { host: 'host1' };

/** Every way through rebuild. */
export const REBUILD_STORIES: readonly Story[] = [
  { name: 'a rebuild in place', options: { scheduler: first }, afterwards: rebuildWith(IN_PLACE) },
  { name: 'an evacuation', options: { scheduler: second }, afterwards: rebuildWith(EVACUATE, undefined, true) },
  {
    name: 'a forced evacuation',
    options: { scheduler: first },
    afterwards: rebuildWith({ ...EVACUATE, host: 'host2' }, undefined, true),
  },
  {
    name: 'no valid host',
    options: { scheduler: none },
    afterwards: rebuildWith(EVACUATE, undefined, true),
    belongs: /the same fault twice/u,
  },
  {
    name: 'a destination that dies',
    options: { scheduler: second, behaviour: (order) => dies(order.method === 'rebuild_instance') },
    afterwards: rebuildWith(EVACUATE, undefined, true),
  },
  {
    name: 'a slow destination',
    options: {
      scheduler: second,
      behaviour: (order) => (order.method === 'rebuild_instance' ? { delay: 130_000 } : 'build'),
    },
    afterwards: rebuildWith(EVACUATE, undefined, true),
  },
  {
    name: 'a server without a cell',
    options: { scheduler: first },
    afterwards: rebuildWith(IN_PLACE, unmap),
    belongs: /mapped to/u,
  },
];
