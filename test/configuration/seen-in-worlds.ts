import { orderVerdict } from '#conductor/host-at-work';
import { InstanceGroup } from '#objects/api/instance-group';
import { askForFence } from '#operations/ask-for-fence';
import { MemoryLog } from '#local/emulation/memory-log';
import { MemoryNotifier } from '#local/emulation/memory-notifier';
import { MemoryTables } from '#adapters/memory/tables';
import { HUGE, TINY } from '#local/demo/flavors';
import type { Configuration } from '#ports/configuration';
import { needsOfInstance } from '#request-specs/needs-of-instance';
import { tendCanaries } from '#reconciler/canary';
import { cellTable, REQUESTS, serviceKey } from '#records/keys';
import { instanceGroup } from '#records/methods/instance-group';
import { urlRequest } from '#rpc/url-request';
import { newObject } from '#wire/wire';
import { Attaching, withVolumes } from '../fixtures/attached-volume.ts';
import { BuildWorld, type BuildWorldOptions } from '../fixtures/build-world.ts';
import { ALTERNATES } from '../fixtures/built.ts';
import { equalHosts, makeFleet } from '../fixtures/fleet.ts';
import { sendCaching } from '../fixtures/image-caching.ts';
import { answering, checked, FORCED, node, SCHEDULED } from '../fixtures/live-moves.ts';
import { liveWorld } from '../fixtures/moves.ts';
import { inventory, provider } from '../fixtures/provider.ts';
import { CONTEXT, NOW, recordsOn } from '../fixtures/records.ts';
import { rejected } from '../fixtures/rejected.ts';
import { schedulerWorld } from '../scheduler/world.ts';

type Sees = (config: Configuration) => unknown;

/** The configuration in a world whose hosts have no principals. */
const here = (config: Configuration): Configuration => ({ ...config, requirePrincipals: false });

const boot = (config: Configuration, options: BuildWorldOptions = {}): Promise<BuildWorld> =>
  BuildWorld.boot({ ...options, config: here(config) });

/** A world after a request for so many servers has come to its end, with the state, the host and the zone of each. */
async function built(config: Configuration, options: BuildWorldOptions = {}, servers = 1, flavor = TINY) {
  const world = await boot(config, options);
  const { uuids } = await world.build(world.request(servers, flavor));
  const shown = uuids.map((uuid) => {
    const found = world.servers(uuid).map(({ item }) => item);
    return found.map((item) => [item['vm_state'], item['host'], item['availability_zone']]).at(0) ?? [];
  });
  const faults = uuids.flatMap((uuid) => world.beside(uuid, 'fault#').map(({ host }) => host));
  return { world, shown, faults };
}

/** The states in which two servers end. */
const twoServers: Sees = async (config) =>
  (await built(config, {}, 2)).shown.map(([state]) => JSON.stringify(state)).toSorted();

/** What a host counts as that fell silent with others of its cell of six, after so many seconds. */
const silent =
  (others: number, seconds: number): Sees =>
  async (config) => {
    const names = ['host1', 'host2', 'host3', 'host4', 'host5', 'host6'];
    const hosts = names.map((host) => ({ host, cell: 'cell1', heartbeatSeconds: 10 }));
    const world = await boot(config, { hosts });
    for (const name of names.slice(0, 1 + others)) world.world.fleet.host(name).die();
    await world.clock.advance(seconds * 1000);
    return (await world.services.serviceGroup.verdict('cell1', 'host1')).liveness;
  };

/** The hosts with the most memory and with the most processors; which of them gets a server. */
const weighed: Sees = async (config) => {
  const hosts = [
    { host: 'roomy', cell: 'cell1', capacity: { vcpus: 8, memoryMb: 65_536, diskGb: 900 } },
    { host: 'quick', cell: 'cell1', capacity: { vcpus: 16, memoryMb: 8192, diskGb: 100 } },
  ];
  return (await built(config, { hosts })).shown;
};

/** When a build came to its end whose host is at work on it in this way. */
const slowHost =
  (options: BuildWorldOptions): Sees =>
  async (config) => {
    const { world, shown } = await built(config, { scheduler: () => ALTERNATES, ...options });
    const looks = world.platform.log.lines.filter(({ message }) => message === 'host checked').length;
    return { shown, looks, ended: world.clock.now() };
  };

/** The first order is lost on its way. */
const losingTheFirst = (): BuildWorldOptions => {
  let casts = 0;
  return {
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
  };
};

/** Whether groups of servers can be made by a project, two of them, and one with two servers. */
const groups: Sees = async (config) => {
  const records = recordsOn(new MemoryTables(), { config });
  const make = (uuid: string, members: string[]) =>
    instanceGroup.instance?.['create']?.call(
      records,
      InstanceGroup.make({ uuid, name: uuid, project_id: 'p', user_id: 'alice', policy: 'affinity', members }),
      {},
    );
  const answers = [];
  for (const members of [['a', 'b'], [], []]) {
    answers.push(await rejected(Promise.resolve(make(`g${answers.length}`, members))));
  }
  return answers.map(String);
};

/** What hosts were asked for on a canary's account, and when. */
const canaries: Sees = async (config) => {
  const world = await boot(config);
  for (let minute = 0; minute < 12; minute += 1) {
    await tendCanaries(world.services);
    await world.clock.advance(60_000);
  }
  return world.orders().map(({ method, args }) => [method, /"image_ref":"[^"]*"/u.exec(JSON.stringify(args))?.[0]]);
};

const onHost1 = (config: Configuration): Configuration => ({ ...config, canaryHosts: ['host1'] });

/** What a live migration to host2 ends with, and when. */
const migrated =
  (request: typeof FORCED, prepare: (moving: Awaited<ReturnType<typeof liveWorld>>) => unknown): Sees =>
  async (config) => {
    const moving = await liveWorld({
      config: here({ ...config, serviceDownTime: 86_400 }),
      scheduler: (_request, nth) => [[nth === 1 ? 'host2' : 'host3']],
      behaviour: answering({ host2: request === SCHEDULED ? { fail: 'scenario' } : 'build' }),
    });
    await prepare(moving);
    const before = moving.of.clock.now();
    const answer = await moving.move(request);
    const minutes = Math.floor((moving.of.clock.now() - before) / 60_000);
    return { answer: answer?.name, checked: checked(moving), minutes: request === FORCED ? minutes : 0 };
  };

/** What is published of a request. */
const published =
  (flavor = TINY): Sees =>
  async (config) =>
    (await built(config, {}, 1, flavor)).world.notifications().map(({ eventType, family }) => [family, eventType]);

/**
 * A host that is asked to fetch images and is silent, one that takes its time, and how many have been asked meanwhile.
 */
const caching =
  (options: BuildWorldOptions, seconds: number): Sees =>
  async (config) => {
    const world = await boot(config, options);
    await sendCaching(world, ['host1', 'host2', 'host3'], ['i1']);
    await world.clock.advance(seconds * 1000);
    return world.orders().map(({ host }) => host);
  };

const SILENT_HOSTS = ['host1', 'host2', 'host3'].map((host) => ({
  host,
  cell: 'cell1',
  heartbeatSeconds: 10,
  orders: { cache_images: async () => undefined },
}));

const PCI_REQUEST = newObject('InstancePCIRequest', '1.4', {
  alias_name: 'a1',
  request_id: 'r',
  count: 1,
  spec: [{ vendor_id: '8086', product_id: '1572' }],
});

const URL_EVENT = {
  version: '2.0',
  headers: { 'x-sender': 'host:host1' },
  body: '{}',
  requestContext: {
    http: { method: 'POST' },
    requestId: 'r',
    timeEpoch: 1,
    domainName: 'd',
    authorizer: { iam: { userId: 'AROA:host1' } },
  },
};

/** What each option changes in what functions do. */
export const SEEN_IN_WORLDS = {
  requirePrincipals: ({ requirePrincipals }) => urlRequest(URL_EVENT, requirePrincipals).delivery.principal,
  serviceDownTime: silent(0, 300),
  heartbeatWindow: silent(0, 75),
  massSilenceShare: silent(2, 600),
  massSilenceLeast: silent(1, 600),
  waitSeconds: slowHost({ behaviour: () => ({ delay: 1_000_000 }) }),
  orderSeconds: (config) => slowHost(losingTheFirst())(config),
  stallSeconds: slowHost({ behaviour: (_order, attempt) => (attempt === 1 ? { delay: 3_000_000 } : 'build') }),
  restartGraceSeconds: (config) =>
    orderVerdict({
      host: { liveness: 'up', reason: '' },
      order: { kind: 'restarted', seconds: 300, unread: undefined },
      unchanged: { seconds: 0, unread: undefined },
      limits: config,
    }),
  fencing: async (config) => {
    const tables = new MemoryTables();
    await tables.put(cellTable('cell1'), { ...serviceKey('host1', 'nova-compute'), last_seen_up: NOW });
    const notifier = new MemoryNotifier();
    const clock = { now: () => Date.parse(NOW), timer: () => () => undefined };
    await askForFence({ tables, notifier, clock, log: new MemoryLog(), config }, 'cell1', 'host1', 'it is down');
    return notifier.sent.map(({ eventType }) => eventType);
  },
  hostCallSeconds: caching({ hosts: SILENT_HOSTS }, 600),
  precacheConcurrency: caching({ behaviour: () => ({ delay: 60_000 }) }, 30),
  crossAzAttach: async (config) => {
    const at = await Attaching.boot(withVolumes({ config: here(config) }));
    return at.call({ volume: { availability_zone: 'az2' } });
  },
  notificationFormat: published(HUGE),
  notifyOnStateChange: published(),
  host: async (config) => (await built(config, {}, 1, HUGE)).faults,
  requestDays: async (config) => {
    const world = await boot(config);
    await world.publish(world.request());
    await world.clock.advance(1000);
    return world.items(REQUESTS).flatMap(({ sk, expires_at }) => (sk === 'document' ? [expires_at] : []));
  },
  canaryHosts: canaries,
  canaryImage: (config) => canaries(onHost1(config)),
  canaryMinutes: (config) => canaries(onHost1(config)),
  maxAttempts: async (config) => (await built(config, { behaviour: () => ({ fail: 'full' }) })).world.orders().length,
  migrateMaxRetries: migrated(SCHEDULED, () => undefined),
  longRpcTimeout: migrated(FORCED, (moving) => moving.of.world.fleet.host('host2').die()),
  skipHypervisorVersionCheckOnLm: migrated(FORCED, (moving) => node(moving, 'host2', { hypervisor_version: 6 })),
  defaultAvailabilityZone: async (config) => (await built(config)).shown,
  enabledFilters: async (config) => {
    const world = await boot(config);
    for (const { host } of world.world.fleet.computes) world.world.fleet.host(host).die();
    await world.clock.advance(600_000);
    const request = world.request();
    await world.publish(request);
    await world.clock.advance(5000);
    return request.uuids.flatMap((uuid) => world.servers(uuid)).map(({ cell }) => cell);
  },
  weightClasses: weighed,
  weightMultipliers: weighed,
  hostSubsetSize: async (config) => {
    const sizes = [64, 48, 32, 16].map((gigabytes) => gigabytes * 1024);
    const hosts = sizes.map((memoryMb, at) => ({
      host: `h${at}`,
      cell: 'cell1',
      capacity: { vcpus: 64, memoryMb, diskGb: 900 },
    }));
    const { shown } = await built(config, { hosts }, 6);
    return shown;
  },
  pciInPlacement: (config) =>
    needsOfInstance(
      { config },
      {
        context: CONTEXT,
        item: { pk: 'instance#u', sk: 'instance', uuid: 'u' },
        spec: newObject('RequestSpec', '1.14', {
          pci_requests: newObject('InstancePCIRequests', '1.1', { requests: [PCI_REQUEST] }),
        }),
        devices: false,
      },
    ),
  maxPlacementResults: async ({ maxPlacementResults }) => {
    const { tables, select, requests } = await schedulerWorld({ hosts: [], settings: { maxPlacementResults } });
    const small = { VCPU: inventory(16), MEMORY_MB: inventory(2048), DISK_GB: inventory(100) };
    await makeFleet(tables, equalHosts(4), { disabled: true });
    await makeFleet(tables, [provider(9, { inventories: small })]);
    requests.length = 0;
    await select();
    return requests.filter((request) => request === 'Query').length;
  },
  computeRpc: async (config) => (await built(config)).world.orders().map(({ version }) => version),
  schedulerRpc: async (config) => (await built(config)).shown,
  recheckQuota: async (config) => (await built({ ...config, quota: { instances: 0, cores: 0, ram: 0 } })).shown,
  quotaInstances: twoServers,
  quotaCores: twoServers,
  quotaRam: twoServers,
  quotaServerGroups: groups,
  quotaServerGroupMembers: groups,
} as const satisfies Readonly<Record<string, Sees>>;
