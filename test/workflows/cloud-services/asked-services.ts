import { NoValidHost } from '#errors';
import type { Behaviour } from '#local/fleet/behaviour';
import type { Services } from '#ports/services';
import { cellTable } from '#records/keys';
import { newObject } from '#wire/wire';
import type { BuildWorld, BuildWorldOptions } from '../../fixtures/build-world.ts';
import { DEVICES, ofProfile, PROFILE, profiled, withAccelerators } from '../../fixtures/accelerated-server.ts';
import { Attaching, bootingFrom, VOLUME, withVolumes } from '../../fixtures/attached-volume.ts';
import { withArgs } from '../../fixtures/built.ts';
import { cloudOf, Crossing, equip, leaving, SMALL, VOLUME as SECOND } from '../../fixtures/crossing.ts';
import { ExistingServer } from '../../fixtures/existing-server.ts';
import { afterBuild } from '../../fixtures/host-scripts.ts';
import { SCHEDULED } from '../../fixtures/live-moves.ts';
import { MovingWorld } from '../../fixtures/moves.ts';
import { givePort, PORT, withPorts } from '../../fixtures/ported-server.ts';
import { recordServers, sendBuild } from '../../fixtures/recorded-servers.ts';
import { EVACUATE, rebuild, running, strand } from '../../fixtures/rebuilt-server.ts';
import { unshelve } from '../../fixtures/shelved-server.ts';
import { userContext } from '../../fixtures/openstack.ts';
import type { Story } from '../../statemachines/story.ts';

/** Services as the audit names them, by the ports that ask them. */
export const SERVICES = {
  accelerators: 'accelerator',
  image: 'image',
  network: 'network',
  networkPorts: 'network',
  cloudQuota: 'placement',
  volumes: 'block-storage',
} as const;

/** A story in which a workflow asks a service of a cloud. */
export interface Asked {
  readonly workflow: string;
  /** By which port it is asked. */
  readonly port: keyof typeof SERVICES;
  /** A new one at each call: what it keeps in memory belongs to one play. */
  readonly story: () => Story;
}

const config = { hostCallSeconds: 300 };
/** A host keeps what it has claimed for a server that is taken back from it, until it looks the next time. */
const KEEPS = /^host\d keeps /u;
const placed = { scheduler: () => [['host1', 'host2', 'host3']] };
const moved = { scheduler: afterBuild(() => [['host2']]) };
const nowhere = { scheduler: () => new NoValidHost({ reason: 'there is no room' }) };
const across = { scheduler: afterBuild(() => [['host4']]), config };
const failing: Behaviour = (_order, attempt) => (attempt === 1 ? { fail: 'full' } : 'build');
const never: Behaviour = () => ({ fail: 'full' });

/** Networks of a new server: one port. */
const requested_networks = newObject('NetworkRequestList', '1.1', {
  objects: [newObject('NetworkRequest', '1.3', { port_id: PORT, network_id: 'n', device_profile: null })],
});

/** A server whose API has recorded it, as those of older days do, asks for a port and for devices. */
async function recorded(world: BuildWorld): Promise<void> {
  const servers = await recordServers(world);
  const [item] = world.items(cellTable('cell1')).filter(({ sk }) => sk === 'instance');
  if (item === undefined) throw new Error('there is no server');
  const set = { flavor: profiled(item['flavor']) };
  await world.platform.tables.update(cellTable('cell1'), { pk: item.pk, sk: item.sk }, { set });
  await sendBuild(world, servers, { requested_networks });
}

/** A cloud whose network service takes every port back. */
const takingBack = (services: Services): Services => ({
  ...services,
  network: { deallocateForInstance: () => Promise.resolve() },
});

/** A cloud in which every project uses nothing, and usage is counted there. */
const counted: BuildWorldOptions = {
  ...moved,
  config: { countUsageFromPlacement: true },
  adapt: (services) => ({
    ...services,
    cloudQuota: { usages: () => Promise.resolve({}), limits: () => Promise.resolve(new Map()) },
  }),
};

/** A server with a device on host1, which its flavor asks for; its cloud serves ports too. */
function withDevice(story: (world: BuildWorld) => Promise<unknown>, name: string): Story {
  const devices = withAccelerators(moved);
  const { adapters = (same) => same } = withPorts();
  return {
    name,
    options: { ...devices, adapters: (each) => devices.adapters?.(adapters(each)) ?? each },
    afterwards: async (world) => {
      const server = ExistingServer.of(world);
      await server.change({ flavor: profiled(server.item['flavor']) });
      const [arq] = await devices.accelerators.create(userContext(), PROFILE);
      const binding = { hostname: 'host1', providerUuid: DEVICES, instanceId: server.uuid };
      await devices.accelerators.bind(userContext(), [{ uuid: arq?.uuid ?? '', ...binding }]);
      await story(world);
    },
  };
}

const inPlace = (name: string): Story =>
  withDevice(async (world) => rebuild(await running(world), { host: 'host1' }), name);

const evacuated = (name: string): Story =>
  withDevice(async (world) => {
    const at = await running(world);
    await strand(at);
    await rebuild(at, EVACUATE);
  }, name);

const unshelved = async (world: BuildWorld): Promise<void> => {
  const server = ExistingServer.of(world);
  await server.storeSnapshot();
  await server.shelve();
  await unshelve({ world, server, context: await server.begin('unshelve') });
};

/** A server with a port is moved. */
const withPort =
  (task: string, action: string, request: Parameters<MovingWorld['cast']>[0]) =>
  async (world: BuildWorld): Promise<void> => {
    const moving = await MovingWorld.prepare(world, task, action);
    await givePort(world, moving.uuid);
    await moving.cast(request);
  };

/** A server with ports and a volume is resized to another cell. */
function crossing(name: string, behaviour: Behaviour = () => 'build', then?: (at: Crossing) => Promise<void>): Story {
  const cloud = cloudOf({ ...across, behaviour });
  return {
    name,
    options: cloud.options,
    afterwards: async (world) => {
      const moving = await MovingWorld.prepare(world, 'resize_prep', 'resize');
      await equip(moving, cloud);
      await moving.cast({ flavor: SMALL, spec: leaving() });
      await then?.(new Crossing(moving));
    },
    belongs: KEEPS,
  };
}

/** The volume is detached while the server is resized, then the resize is reverted. */
const detachedAndReverted = async (at: Crossing): Promise<void> => {
  const device = at.beside('cell2', 'block-device#').find(({ volume_id }) => volume_id === SECOND);
  if (device === undefined) throw new Error('the volume was not copied');
  await at.moving.of.platform.tables.delete(cellTable('cell2'), { pk: device.pk, sk: device.sk });
  await at.revert();
};

const stays: Behaviour = ({ method }) =>
  method === 'prep_snapshot_based_resize_at_source' ? { fail: 'it runs on' } : 'build';

function attached(): Story {
  const options = withVolumes({ scheduler: () => [['host1']], config });
  return {
    name: 'a volume is attached',
    options,
    afterwards: (world) => Attaching.in(world, options.volumes).cast(),
  };
}

function booted(): Story {
  const options = withVolumes({ ...placed, behaviour: failing });
  return {
    name: 'a server that boots from a volume is given back',
    options,
    publish: async (world) => {
      const command = world.request();
      const { id } = await options.volumes.createAttachment(userContext(), VOLUME, command.uuids[0] ?? '');
      const volume = { source_type: 'volume', destination_type: 'volume', volume_id: VOLUME, attachment_id: id };
      await world.publish(bootingFrom(command, volume));
    },
  };
}

/** Each service in each workflow that asks it, by what the functions of the workflow may reach. */
export const ASKED: readonly Asked[] = [
  { workflow: 'attach-volume', port: 'volumes', story: () => attached() },
  {
    workflow: 'build',
    port: 'network',
    story: () => ({
      name: 'a recorded server that nothing has room for',
      options: { ...nowhere, adapt: takingBack },
      publish: recorded,
    }),
  },
  {
    workflow: 'build',
    port: 'accelerators',
    story: () => ({
      name: 'a recorded server with devices that nothing has room for',
      options: withAccelerators(nowhere),
      publish: recorded,
    }),
  },
  {
    workflow: 'cold-migrate',
    port: 'networkPorts',
    story: () => ({
      name: 'a server with a port is migrated',
      options: withPorts(moved),
      afterwards: withPort('resize_prep', 'migrate', {}),
      belongs: KEEPS,
    }),
  },
  {
    workflow: 'cross-cell-resize',
    port: 'volumes',
    story: () => crossing('a volume, and a resize that is undone', stays),
  },
  {
    workflow: 'cross-cell-resize',
    port: 'image',
    story: () => crossing('the disk of a server goes to another cell', undefined),
  },
  {
    workflow: 'cross-cell-resize',
    port: 'networkPorts',
    story: () => crossing('ports, and a resize that is undone', stays),
  },
  {
    workflow: 'launch',
    port: 'accelerators',
    story: () => ({
      name: 'a server with a device',
      options: withAccelerators({ ...placed, behaviour: failing }),
      publish: (world) => world.publish(ofProfile(world.request())),
    }),
  },
  { workflow: 'launch', port: 'volumes', story: () => booted() },
  {
    workflow: 'launch',
    port: 'network',
    story: () => ({
      name: 'a server with a port that no host builds',
      options: { ...placed, behaviour: never, adapt: takingBack },
      publish: (world) => world.publish(withArgs({ requested_networks })(world.request())),
    }),
  },
  {
    workflow: 'launch',
    port: 'cloudQuota',
    story: () => ({ name: 'a server of a project whose usage is counted', options: counted }),
  },
  {
    workflow: 'live-migrate',
    port: 'networkPorts',
    story: () => ({
      name: 'a server with a port is migrated live',
      options: withPorts(moved),
      afterwards: withPort('migrating', 'live-migration', SCHEDULED),
    }),
  },
  {
    workflow: 'rebuild',
    port: 'accelerators',
    story: () => inPlace('a server with a device is rebuilt'),
  },
  {
    workflow: 'rebuild',
    port: 'accelerators',
    story: () => evacuated('a server with a device is evacuated'),
  },
  {
    workflow: 'rebuild',
    port: 'networkPorts',
    story: () => evacuated('a server with a device, asked for its ports, is evacuated'),
  },
  {
    workflow: 'revert-across-cells',
    port: 'volumes',
    story: () => crossing('a volume that was detached meanwhile', undefined, detachedAndReverted),
  },
  {
    workflow: 'unshelve',
    port: 'accelerators',
    story: () => withDevice(unshelved, 'a server with a device is unshelved'),
  },
  {
    workflow: 'unshelve',
    port: 'image',
    story: () => ({ name: 'a shelved server gets its image', options: moved, afterwards: unshelved }),
  },
  {
    workflow: 'unshelve',
    port: 'networkPorts',
    story: () => withDevice(unshelved, 'a server is asked for its ports'),
  },
  {
    workflow: 'unshelve',
    port: 'cloudQuota',
    story: () => ({
      name: 'usage is counted before an offloaded server comes back',
      options: counted,
      afterwards: unshelved,
    }),
  },
];
