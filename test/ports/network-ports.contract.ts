import { randomUUID } from 'node:crypto';
import type { RequestContext } from '#ports/context';
import type { NetworkPorts } from '#ports/network-ports';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** A network service to be tested; its hosts host1, host2 and host3 can bind ports. */
export interface NetworkPortsWorld {
  readonly ports: NetworkPorts;
  readonly context: RequestContext;
  /** A port of a server on a host; `greedy` ones need bandwidth of one provider. */
  readonly newPort: (serverId: string, host: string, greedy?: boolean) => Promise<string>;
  stop(): Promise<void>;
}

const wanted = (portId: string) => ({ portId, vnicType: 'normal', profile: {} });

/** What every network service does with ports. */
export const networkPortsContract = (name: string, boot: () => Promise<NetworkPortsWorld>): void => {
  describe(`ports of servers: ${name}`, () => {
    let world: NetworkPortsWorld;
    beforeAll(async () => {
      world = await boot();
    }, 600_000);
    afterAll(() => world?.stop());

    const statuses = async (portId: string) =>
      Object.fromEntries((await world.ports.bindings(world.context, portId)).map(({ host, status }) => [host, status]));

    it('the ports of a server are listed with their hosts; a server without ports has none', async () => {
      const { ports, context, newPort } = world;
      const server = randomUUID();
      const ids = [await newPort(server, 'host1'), await newPort(server, 'host1')];

      const [listed, none] = [await ports.ofInstance(context, server), await ports.ofInstance(context, randomUUID())];

      expect(listed.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
      expect(listed[0]).toMatchObject({ host: 'host1', vnicType: 'normal' });
      expect(none).toEqual([]);
    });

    it('only ports with a minimum of bandwidth need more than their flavor', async () => {
      const { ports, context, newPort } = world;
      const [plain, greedy] = [randomUUID(), randomUUID()];
      await newPort(plain, 'host1');
      await newPort(greedy, 'host1', true);

      const [nothing, needs] = [await ports.needs(context, plain), await ports.needs(context, greedy)];

      expect(nothing).toMatchObject({ groups: [], sameSubtree: [] });
      expect(needs.groups).toHaveLength(1);
      expect(needs.groups[0]?.resources).toEqual({ NET_BW_EGR_KILOBIT_PER_SEC: 1000 });
    });

    it('a port is bound on a further host and stays active on its own; again changes nothing', async () => {
      const { ports, context, newPort } = world;
      const port = await newPort(randomUUID(), 'host1');

      const made = await ports.bind(context, 'host2', [wanted(port)]);
      const again = await ports.bind(context, 'host2', [wanted(port)]);

      expect(made.get(port)).toMatchObject({ host: 'host2', status: 'INACTIVE' });
      expect([...again.keys()]).toEqual([port]);
      expect(await statuses(port)).toEqual({ host1: 'ACTIVE', host2: 'INACTIVE' });
    });

    it('of ports of which one cannot be bound, none is', async () => {
      const { ports, context, newPort } = world;
      const server = randomUUID();
      const port = await newPort(server, 'host1');

      const bound = ports.bind(context, 'host2', [wanted(port), wanted(randomUUID())]);

      await expect(bound).rejects.toMatchObject({ name: 'PortBindingFailed' });
      expect(await statuses(port)).toEqual({ host1: 'ACTIVE' });
    });

    it('a host on which nothing binds is refused', async () => {
      const { ports, context, newPort } = world;
      const port = await newPort(randomUUID(), 'host1');

      await expect(ports.bind(context, 'host9', [wanted(port)])).rejects.toMatchObject({
        name: 'PortBindingFailed',
        params: { port_id: port },
      });
    });

    it('the binding of the destination is activated, then that of the source deleted; each again is the same', async () => {
      const { ports, context, newPort } = world;
      const port = await newPort(randomUUID(), 'host1');
      await ports.bind(context, 'host2', [wanted(port)]);

      await ports.activate(context, port, 'host2');
      await ports.activate(context, port, 'host2');
      const activated = await statuses(port);
      await ports.unbind(context, port, 'host1');
      await ports.unbind(context, port, 'host1');

      expect(activated).toEqual({ host1: 'INACTIVE', host2: 'ACTIVE' });
      expect(await statuses(port)).toEqual({ host2: 'ACTIVE' });
    });

    it('the active binding is never deleted', async () => {
      const { ports, context, newPort } = world;
      const port = await newPort(randomUUID(), 'host1');

      await expect(ports.unbind(context, port, 'host1')).rejects.toMatchObject({ name: 'PortBindingDeletionFailed' });
      expect(await statuses(port)).toEqual({ host1: 'ACTIVE' });
    });

    it('a binding that is not there cannot be activated', async () => {
      const { ports, context, newPort } = world;
      const port = await newPort(randomUUID(), 'host1');

      await expect(ports.activate(context, port, 'host3')).rejects.toMatchObject({
        name: 'PortBindingActivationFailed',
      });
    });
  });
};
