import { setTimeout as pause } from 'node:timers/promises';
import { inject } from 'vitest';
import type { JsonMap } from '#ports/json';
import { mapOf } from '#wire/reading';
import { acceleratorsContract } from '../ports/accelerators.contract.ts';
import { claimsContract } from '../ports/claims.contract.ts';
import { networkPortsContract } from '../ports/network-ports.contract.ts';
import { volumesContract } from '../ports/volumes.contract.ts';
import { ask, idIn } from './api.ts';
import { cloudClient, cloudContext } from './cloud-client.ts';
import { cloudToken, cloudUrl, PROFILES } from './filled-cloud.ts';
import { newProvider } from './providers.ts';

const cloud = inject('openstack');

/** Ends what a contract used. */
const stopping = (client: { close(): void }) => async (): Promise<void> => client.close();

claimsContract('Placement', async () => {
  const client = cloudClient(cloud);
  return { placement: client.placement, newProvider: (vcpus) => newProvider(cloud, vcpus), stop: stopping(client) };
});

volumesContract('Cinder', async () => {
  const client = cloudClient(cloud);
  const context = await cloudContext(cloud);
  const token = await cloudToken(cloud, 'demo', 'demo');
  const url = `${cloudUrl(cloud, 'cinder')}/v3/volumes`;
  const newVolume = async (): Promise<string> => {
    const id = idIn(await ask({ url, method: 'POST', token, body: { volume: { size: 1 } } }), 'volume');
    const status = async () => mapOf((await ask({ url: `${url}/${id}`, token }))['volume'])['status'];
    while ((await status()) === 'creating') await pause(200);
    return id;
  };
  return { volumes: client.volumes, context, newVolume, stop: stopping(client) };
});

acceleratorsContract('Cyborg', async () => {
  const client = cloudClient(cloud);
  const device = { hostname: 'host1', providerUuid: cloud.deviceProvider };
  const context = await cloudContext(cloud);
  return { accelerators: client.accelerators, context, profiles: PROFILES, device, stop: stopping(client) };
});

networkPortsContract('Neutron', async () => {
  const client = cloudClient(cloud);
  const context = await cloudContext(cloud);
  const token = await cloudToken(cloud, 'nova', 'service');
  const newPort = async (device_id: string, host: string, greedy = false): Promise<string> => {
    const bound: JsonMap = greedy ? { qos_policy_id: cloud.bandwidthPolicy } : { 'binding:host_id': host };
    const port = { network_id: cloud.network, device_id, device_owner: 'compute:nova', ...bound };
    const url = `${cloudUrl(cloud, 'neutron')}/v2.0/ports`;
    return idIn(await ask({ url, method: 'POST', token, body: { port } }), 'port');
  };
  return { ports: client.networkPorts, context, newPort, stop: stopping(client) };
});
