import { memorySecrets } from '#adapters/memory/secrets';
import { cloudPorts } from '#adapters/openstack/cloud-ports';
import { KeptConnections } from '#adapters/openstack/transport';
import { claimMarks } from '#placement/claim-marks';
import type { PortGroup } from '#ports/network-ports';
import { listOf, mapOf, textOf } from '#wire/reading';
import type { EmulatedPlatform } from '#local/emulation/emulated-platform';
import type { BesideNova } from '../../nova-compute/beside-nova.ts';
import { NovaCell } from '../../nova-compute/nova-cell.ts';
import { ask } from '../api.ts';
import { cloudContext, PATIENT, passwordOf } from '../cloud-client.ts';
import { startFailingProxy, type FailingProxy } from '../failing-proxy.ts';
import { cloudToken, cloudUrl, type FilledCloud } from '../filled-cloud.ts';
import { sectionsOf } from './sections.ts';

/** Services that the conductor asks in place of its own, with the paths of their addresses. */
const ASKED = {
  accelerator: ['cyborg', ''],
  'block-storage': ['cinder', '/v3'],
  image: ['glance', ''],
  network: ['neutron', ''],
  placement: ['placement', ''],
} as const;
type AskedService = keyof typeof ASKED;

/** A server that was asked for, and what was made for it before. */
export interface AskedInstance {
  readonly uuid: string;
  readonly port: string | undefined;
  /** What its port asks for beside it. */
  readonly bandwidth: PortGroup | undefined;
  readonly volume: string | undefined;
  /** Name of its flavor’s device profile. */
  readonly profile: string | undefined;
}

/** A cell of stock computes over the services of a cloud, whose conductor asks each of them through a proxy. */
export interface CloudCell {
  readonly cell: NovaCell;
  readonly cloud: FilledCloud;
  readonly proxies: Readonly<Record<AskedService, FailingProxy>>;
  /** The context of a user's request. */
  readonly context: Awaited<ReturnType<typeof cloudContext>>;
  /** The servers that were asked for, in their order. */
  readonly asked: AskedInstance[];
  /** Uuids of the providers of hosts and devices by their names. */
  readonly providers: Readonly<Record<string, string>>;
  /** Accelerator requests that other tests left behind. */
  readonly arqsBefore: ReadonlySet<string>;
  stop(): Promise<void>;
}

/** Boots it with three hosts and waits until they are up. */
export async function startCloudCell(cloud: FilledCloud): Promise<CloudCell> {
  const proxy = async (service: AskedService) => startFailingProxy(cloudUrl(cloud, ASKED[service][0]));
  const proxies = {
    accelerator: await proxy('accelerator'),
    'block-storage': await proxy('block-storage'),
    image: await proxy('image'),
    network: await proxy('network'),
    placement: await proxy('placement'),
  };
  const services = Object.keys(ASKED);
  const endpoints = {
    ...proxies,
    accelerator: proxies.accelerator.url,
    'block-storage': `${proxies['block-storage'].url}${ASKED['block-storage'][1]}`,
    image: proxies.image.url,
    network: proxies.network.url,
    placement: proxies.placement.url,
  };
  const context = await cloudContext(cloud);
  const providers = await providersOf(cloud);
  const arqsBefore = await arqsOf(cloud);
  const options = {
    authUrl: cloud.authUrl,
    credentialSecret: 'cloud',
    region: 'RegionOne',
    answerMs: 90_000,
    endpoints,
  };
  const secrets = memorySecrets({ cloud: passwordOf('nova') });
  const hosts = { host1: '34.0.0', host2: '34.0.0', host3: '34.0.0' } as const;
  // beside six services a compute may have to wait for its turn
  const config = { serviceDownTime: 60 };
  const begin = async (platform: EmulatedPlatform): Promise<BesideNova> => {
    const { clock, adapters } = platform;
    const marks = claimMarks(adapters.tables, clock);
    const transport = new KeptConnections(PATIENT);
    const parts = { secrets, clock, log: adapters.log, marks, random: Math.random, transport };
    return {
      sections: sectionsOf(cloud),
      cloud: cloudPorts(services, options, parts),
      token: context.auth_token,
      nodes: providers,
      isOwn: false,
      stop: async () => void (await Promise.all(Object.values(proxies).map((each) => each.stop()))),
    };
  };
  const cell = await NovaCell.boot(hosts, begin, { config });
  await cell.start(...cell.computes);
  return { cell, cloud, proxies, context, asked: [], providers, arqsBefore, stop: () => cell.stop() };
}

/** The providers of hosts, which were there before their computes, and of devices. */
async function providersOf(cloud: FilledCloud): Promise<Record<string, string>> {
  const url = `${cloudUrl(cloud, 'placement')}/resource_providers`;
  const { resource_providers } = await ask({ url, token: await cloudToken(cloud, 'nova', 'service') });
  const entries = listOf(resource_providers).map(mapOf);
  const named = entries.map(({ name, uuid }) => [textOf(name) ?? '', textOf(uuid) ?? ''] as const);
  return Object.fromEntries(named.filter(([name]) => name.startsWith('host')));
}

async function arqsOf(cloud: FilledCloud): Promise<Set<string>> {
  const url = `${cloudUrl(cloud, 'cyborg')}/v2/accelerator_requests`;
  const { arqs } = await ask({ url, token: await cloudToken(cloud, 'demo', 'demo') });
  return new Set(listOf(arqs).map((arq) => textOf(mapOf(arq)['uuid']) ?? ''));
}
