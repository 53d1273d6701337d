import { describe, expect, it } from 'vitest';
import { memoryNetworkPorts } from '#adapters/memory/network-ports';
import { moveBindings } from '#operations/move-bindings';
import type { NetworkPorts } from '#ports/network-ports';
import { CONTEXT } from '../fixtures/records.ts';
import { watching } from '../fixtures/watching.ts';

const PORT = { networkId: 'net', vnicType: 'normal', profile: {}, deviceProfile: null };

/** Two ports of a server on its source, the first of which is bound on its destination as well. */
async function moving(active: 'host1' | 'host2') {
  const networkPorts = memoryNetworkPorts(new Set(['host1', 'host2']));
  for (const id of ['port1', 'port2']) networkPorts.addPort('u1', { ...PORT, id, host: 'host1' });
  await networkPorts.bind(CONTEXT, 'host2', [{ portId: 'port1', vnicType: 'normal', profile: {} }]);
  await networkPorts.activate(CONTEXT, 'port1', active);
  const bound = async (port: string) =>
    (await networkPorts.bindings(CONTEXT, port)).map(({ host, status }) => `${host} ${status}`);
  return { networkPorts, bound };
}

const move = (stays: string, leaves: string) => ({ context: CONTEXT, uuid: 'u1', stays, leaves });

describe('the ports of a server', () => {
  it.each(['host1', 'host2'] as const)(
    'are bound to the host that has it alone, while %s is active',
    async (active) => {
      const { networkPorts, bound } = await moving(active);

      await moveBindings({ networkPorts }, move('host1', 'host2'));

      expect([await bound('port1'), await bound('port2')]).toEqual([['host1 ACTIVE'], ['host1 ACTIVE']]);
    },
  );

  it('are not bound anew where the host that leaves is not active', async () => {
    const { networkPorts, bound } = await moving('host1');
    const refusing = watching<NetworkPorts>(networkPorts, { activate: () => Promise.reject(new Error('active')) });

    await moveBindings({ networkPorts: refusing }, move('host1', 'host2'));

    expect(await bound('port1')).toEqual(['host1 ACTIVE']);
  });

  it('keep their binding where the host that leaves is the one that stays', async () => {
    const { networkPorts, bound } = await moving('host1');

    await moveBindings({ networkPorts }, move('host1', 'host1'));

    expect(await bound('port1')).toEqual(['host1 ACTIVE', 'host2 INACTIVE']);
  });

  it('are nobody’s business where no network service is named', async () => {
    await expect(moveBindings({}, move('host1', 'host2'))).resolves.toBeUndefined();
  });
});
