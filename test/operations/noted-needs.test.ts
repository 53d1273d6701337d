import { describe, expect, it } from 'vitest';
import { memoryNetworkPorts } from '#adapters/memory/network-ports';
import { notedNeeds } from '#operations/noted-needs';
import { readOperation } from '#operations/operation-document';
import type { NetworkPorts } from '#ports/network-ports';
import { documentKey, instanceKey, REQUESTS } from '#records/keys';
import { coldWorld } from '../fixtures/moves.ts';
import { UUID } from '../fixtures/records.ts';
import { watching } from '../fixtures/watching.ts';

const KEY = 'r1';

/** The operation of a server that has a port with bandwidth, and what the network service is asked, if there is one. */
async function operation(hasService: boolean) {
  const { of, context } = await coldWorld();
  const ports = memoryNetworkPorts(new Set(['host2']));
  const group = {
    portId: 'port-1',
    requesterId: 'port-1',
    resources: { NET_BW_EGR_KILOBIT_PER_SEC: 100 },
    requiredTraits: [],
  };
  ports.addPort(
    UUID,
    { id: 'port-1', networkId: 'n', host: 'host1', vnicType: 'normal', profile: {}, deviceProfile: null },
    { groups: [group], sameSubtree: [], grouped: false },
  );
  let asked = 0;
  const networkPorts = watching<NetworkPorts>(ports, {
    needs: (...args) => {
      asked += 1;
      return ports.needs(...args);
    },
  });
  const sealed = await of.services.sealer.seal(JSON.stringify({ context, arguments: {} }), KEY);
  await of.services.tables.put(REQUESTS, { ...documentKey(KEY), sealed });
  const services = { ...of.services, ...(hasService ? { networkPorts } : {}) };
  const item = { ...instanceKey(UUID), uuid: UUID };
  const ask = async () => notedNeeds(services, KEY, await readOperation(services, KEY), { item, spec: null });
  return { ask, asked: () => asked, noted: async () => (await readOperation(services, KEY)).needs };
}

describe('what the server of a move needs beyond its flavor', () => {
  it('is asked for once, and noted with the request', async () => {
    const { ask, asked, noted } = await operation(true);

    const needs = await ask();
    const again = await ask();

    expect(needs['requested_resources']).toMatchObject([
      { 'nova_object.data': { requester_id: 'port-1', resources: { NET_BW_EGR_KILOBIT_PER_SEC: 100 } } },
    ]);
    expect(again).toEqual(needs);
    expect(await noted()).toEqual(needs);
    expect(asked()).toBe(1);
  });

  it('is nothing where no service can be asked, and nothing is noted', async () => {
    const { ask, asked, noted } = await operation(false);

    expect([await ask(), await noted(), asked()]).toEqual([{}, null, 0]);
  });
});
