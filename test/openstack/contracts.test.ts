import { inject } from 'vitest';
import { acceleratorsContract } from '../ports/accelerators.contract.ts';
import { candidatesContract } from '../ports/candidates.contract.ts';
import { claimsContract } from '../ports/claims.contract.ts';
import { networkPortsContract } from '../ports/network-ports.contract.ts';
import { volumesContract } from '../ports/volumes.contract.ts';
import { cloudClient, cloudContext } from './cloud-client.ts';
import { PROFILES } from './filled-cloud.ts';
import { newPort } from './new-port.ts';
import { newVolume } from './new-volume.ts';
import { newProvider } from './new-provider.ts';

const cloud = inject('openstack');

/** Ends what a contract used. */
const stopping = (client: { close(): void }) => async (): Promise<void> => client.close();

claimsContract('Placement', async () => {
  const client = cloudClient(cloud);
  return { placement: client.placement, newProvider: (vcpus) => newProvider(cloud, vcpus), stop: stopping(client) };
});

candidatesContract('Placement', async () => {
  const client = cloudClient(cloud);
  return { placement: client.placement, newProvider: (vcpus) => newProvider(cloud, vcpus), stop: stopping(client) };
});

volumesContract('Cinder', async () => {
  const client = cloudClient(cloud);
  const context = await cloudContext(cloud);
  return { volumes: client.volumes, context, newVolume: () => newVolume(cloud), stop: stopping(client) };
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
  return {
    ports: client.networkPorts,
    context,
    newPort: (...wanted) => newPort(cloud, ...wanted),
    stop: stopping(client),
  };
});
