import { eventually } from '#local/nova-compute/eventually';
import type { JsonMap } from '#ports/json';
import { listOf, mapOf, textOf } from '#wire/reading';
import { ask, idIn, tokenOf } from './api.ts';
import { BRIDGE } from './bridges.ts';
import type { Name, Ports } from './configuration.ts';
import { HOSTS, type OpenStackWorld } from './world.ts';

/** What tests find in a world; all of it can be handed to another process. */
export interface FilledCloud {
  readonly ports: Ports;
  readonly authUrl: string;
  /** An image that everybody sees, with data, and its properties. */
  readonly image: string;
  /** A network whose ports can be bound on the hosts. */
  readonly network: string;
  /** A policy that asks for a minimum of bandwidth. */
  readonly bandwidthPolicy: string;
  /** Cyborg’s devices on host1. */
  readonly deviceProvider: string;
}

/** Device profiles of one device, and of two and one more. */
export const PROFILES = { one: 'fpga-one', three: 'fpga-three' };

const group = (count: number): JsonMap => ({
  'resources:FPGA': String(count),
  'trait:CUSTOM_FAKE_DEVICE': 'required',
});

/** Makes what servers use: images, networks, device profiles. */
export async function fillCloud(world: OpenStackWorld): Promise<FilledCloud> {
  const { ports, authUrl } = world;
  const token = await world.token('nova', 'service');
  const post = (name: Name, path: string, body: JsonMap | JsonMap[]): Promise<JsonMap> =>
    ask({ url: `${world.url(name)}${path}`, method: 'POST', token, body });
  const image = await post('glance', '/v2/images', {
    name: 'cirros',
    visibility: 'public',
    disk_format: 'raw',
    container_format: 'bare',
    hw_disk_bus: 'virtio',
  });
  const file = `${world.url('glance')}/v2/images/${textOf(image['id']) ?? ''}/file`;
  const headers = { 'content-type': 'application/octet-stream' };
  await ask({ url: file, method: 'PUT', token, headers, body: new Uint8Array(1024) });
  const provider = { 'provider:network_type': 'vlan', 'provider:physical_network': BRIDGE.network };
  const network = idIn(
    await post('neutron', '/v2.0/networks', { network: { name: 'net', shared: true, ...provider } }),
    'network',
  );
  await post('neutron', '/v2.0/subnets', { subnet: { network_id: network, ip_version: 4, cidr: '10.1.0.0/16' } });
  const bandwidthPolicy = idIn(
    await post('neutron', '/v2.0/qos/policies', { policy: { name: 'bw', shared: true } }),
    'policy',
  );
  await post('neutron', `/v2.0/qos/policies/${bandwidthPolicy}/minimum_bandwidth_rules`, {
    minimum_bandwidth_rule: { min_kbps: 1000, direction: 'egress' },
  });
  await post('cyborg', '/v2/device_profiles', [{ name: PROFILES.one, groups: [group(1)] }]);
  await post('cyborg', '/v2/device_profiles', [{ name: PROFILES.three, groups: [group(2), group(1)] }]);
  const [deviceProvider = ''] = await Promise.all(
    HOSTS.map((host) => deviceProviderOf(world.url('placement'), token, host)),
  );
  await untilVolumesAreMade(world.url('cinder'), token);
  await makeAdministrator(authUrl, token);
  return { ports, authUrl, image: textOf(image['id']) ?? '', network, bandwidthPolicy, deviceProvider };
}

/** Gives the user `nova` the role of an administrator in the project `demo`: migrations are asked for by one. */
async function makeAdministrator(authUrl: string, token: string): Promise<void> {
  const idOf = async (kind: string, name: string): Promise<string> => {
    const found = await ask({ url: `${authUrl}/${kind}?name=${name}`, token });
    return textOf(mapOf(listOf(found[kind])[0])['id']) ?? '';
  };
  const [project, user, role] = [
    await idOf('projects', 'demo'),
    await idOf('users', 'nova'),
    await idOf('roles', 'admin'),
  ];
  await ask({ url: `${authUrl}/projects/${project}/users/${user}/roles/${role}`, method: 'PUT', token });
}

/** Cyborg makes the providers of its devices soon after its start. */
function deviceProviderOf(placement: string, token: string, host: string): Promise<string> {
  const url = `${placement}/resource_providers?name=${host}_FakeDevice`;
  return eventually(`the devices of ${host} have a provider`, async () => {
    const [provider] = listOf((await ask({ url, token }))['resource_providers']);
    return textOf(mapOf(provider)['uuid']);
  });
}

/** Cinder’s scheduler hears of the pool of volumes soon after its start; volumes that are asked for before are in error. */
const untilVolumesAreMade = (cinder: string, token: string): Promise<true> =>
  eventually('Cinder has a pool', async () => {
    const { pools } = await ask({ url: `${cinder}/v3/scheduler-stats/get_pools`, token });
    return listOf(pools).length > 0;
  });

/** A token of a user of a filled cloud. */
export const cloudToken = ({ authUrl }: FilledCloud, user: string, project: string): Promise<string> =>
  tokenOf(authUrl, user, project);

/** The address of one service. */
export const cloudUrl = ({ ports }: FilledCloud, name: Name): string => `http://127.0.0.1:${ports[name]}`;
