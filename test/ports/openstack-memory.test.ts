import { randomUUID } from 'node:crypto';
import { memoryAccelerators } from '#adapters/memory/accelerators';
import { memoryNetworkPorts } from '#adapters/memory/network-ports';
import { memoryVolumes } from '#adapters/memory/volumes';
import { EmbeddedPlacement } from '#placement/embedded-placement';
import { randomIds } from '#adapters/system/ids';
import { userContext } from '../fixtures/openstack.ts';
import { inventory, provider, uuidOf } from '../fixtures/provider.ts';
import { emulatedTables, memoryTables, type TestTables } from '../fixtures/tables.ts';
import { acceleratorsContract } from './accelerators.contract.ts';
import { candidatesContract } from './candidates.contract.ts';
import { OfferingPlacement } from '../fixtures/placement/offering-placement.ts';
import { claimsContract } from './claims.contract.ts';
import { networkPortsContract } from './network-ports.contract.ts';
import { volumesContract } from './volumes.contract.ts';

const stop = () => Promise.resolve();
const groupOf = (count: number) => ({ resources: { FPGA: count }, requiredTraits: [], forbiddenTraits: [] });

volumesContract('memory', async () => {
  const volumes = memoryVolumes(randomIds);
  const newVolume = async (): Promise<string> => {
    const id = randomUUID();
    volumes.addVolume(id);
    return id;
  };
  return { volumes, context: userContext(), newVolume, stop };
});

acceleratorsContract('memory', async () => {
  const accelerators = memoryAccelerators(randomIds);
  const device = { hostname: 'host1', providerUuid: randomUUID() };
  accelerators.addProfile('one', [groupOf(1)]);
  accelerators.addProfile('three', [groupOf(2), groupOf(1)]);
  accelerators.addDevices(device.providerUuid, 16);
  return { accelerators, context: userContext(), profiles: { one: 'one', three: 'three' }, device, stop };
});

networkPortsContract('memory', async () => {
  const ports = memoryNetworkPorts(new Set(['host1', 'host2', 'host3']));
  const newPort = async (serverId: string, host: string, greedy = false): Promise<string> => {
    const id = randomUUID();
    const group = { portId: id, requesterId: id, resources: { NET_BW_EGR_KILOBIT_PER_SEC: 1000 }, requiredTraits: [] };
    const port = { id, networkId: randomUUID(), host, vnicType: 'normal', profile: {}, deviceProfile: null };
    ports.addPort(serverId, port, greedy ? { groups: [group], sameSubtree: [[id]], grouped: true } : undefined);
    return id;
  };
  return { ports, context: userContext(), newPort, stop };
});

const embedded = async (tables: TestTables) => {
  const placement = new EmbeddedPlacement(tables.tables);
  let number = 0;
  const newProvider = async (vcpus: number): Promise<string> => {
    number += 1;
    await placement.saveProvider(provider(number, { inventories: { VCPU: inventory(vcpus) } }));
    return uuidOf(number);
  };
  return { placement, newProvider, stop: () => tables.stop() };
};

candidatesContract('in memory', async () => {
  const placement = new OfferingPlacement();
  let number = 0;
  const newProvider = async (vcpus: number): Promise<string> => {
    number += 1;
    await placement.saveProvider(provider(number, { inventories: { VCPU: inventory(vcpus) } }));
    return uuidOf(number);
  };
  return { placement, newProvider, stop };
});
claimsContract('embedded, in memory', () => embedded(memoryTables()));
claimsContract('embedded, DynamoDB', async () => embedded(await emulatedTables()));
