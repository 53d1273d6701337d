import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, inject, it } from 'vitest';
import type { Name } from './configuration.ts';
import { cloudClient, cloudContext } from './cloud-client.ts';
import { startFailingProxy } from './failing-proxy.ts';
import { cloudUrl, PROFILES } from './filled-cloud.ts';
import { newPort } from './new-port.ts';
import { newVolume } from './new-volume.ts';

const cloud = inject('openstack');

describe('a write whose answer was lost', () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  /** A cloud whose one service is asked through a proxy. */
  const through = async (name: Name, type: 'block-storage' | 'accelerator' | 'network', path = '') => {
    const proxy = await startFailingProxy(cloudUrl(cloud, name));
    const client = cloudClient(cloud, { endpoints: { [type]: `${proxy.url}${path}` } });
    ends.push(
      () => client.close(),
      () => proxy.stop(),
    );
    return { proxy, client, context: await cloudContext(cloud) };
  };

  it('of an attachment is found by the step that is repeated [VOLATT-06]', async () => {
    const { proxy, client, context } = await through('cinder', 'block-storage', '/v3');
    const [volume, server] = [await newVolume(cloud), randomUUID()];
    const held = { id: randomUUID(), volumeId: volume, instanceId: server };
    const renew = () => client.volumes.renewAttachment(context, held, new Set([held.id]));
    proxy.fail('POST', { kind: 'lost-answer' });

    await expect(renew()).rejects.toMatchObject({ name: 'CinderConnectionFailed', maybeDone: true });
    const renewed = await renew();

    expect(await client.volumes.attachments(context, server, volume)).toEqual([renewed]);
  });

  it('of a device’s binding counts when the device is bound', async () => {
    const { proxy, client, context } = await through('cyborg', 'accelerator');
    const serverId = randomUUID();
    const arqs = await client.accelerators.create(context, PROFILES.one);
    const device = { hostname: 'host1', providerUuid: cloud.deviceProvider, instanceId: serverId };
    proxy.fail('PATCH', { kind: 'lost-answer' });

    await client.accelerators.bind(
      context,
      arqs.map(({ uuid }) => ({ uuid, ...device })),
    );

    expect(await client.accelerators.arqsOf(context, serverId)).toMatchObject([{ state: 'Bound' }]);
    await client.accelerators.deleteOf(context, serverId);
  });

  it('of a port’s binding is found by the step that is repeated', async () => {
    const { proxy, client, context } = await through('neutron', 'network');
    const portId = await newPort(cloud, randomUUID(), 'host1');
    const bind = () => client.networkPorts.bind(context, 'host2', [{ portId, vnicType: 'normal', profile: {} }]);
    proxy.fail('POST', { kind: 'lost-answer' });

    await expect(bind()).rejects.toMatchObject({ name: 'ServiceNotReached' });
    const bound = await bind();

    expect(bound.get(portId)).toMatchObject({ host: 'host2', status: 'INACTIVE' });
    expect(await client.networkPorts.bindings(context, portId)).toHaveLength(2);
  });

  it('of an activation is made again', async () => {
    const { proxy, client, context } = await through('neutron', 'network');
    const portId = await newPort(cloud, randomUUID(), 'host1');
    await client.networkPorts.bind(context, 'host2', [{ portId, vnicType: 'normal', profile: {} }]);
    proxy.fail('PUT', { kind: 'lost-answer' });

    await client.networkPorts.activate(context, portId, 'host2');

    const active = (await client.networkPorts.bindings(context, portId)).filter(({ status }) => status === 'ACTIVE');
    expect(active.map(({ host }) => host)).toEqual(['host2']);
  });
});
