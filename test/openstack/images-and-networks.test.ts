import { randomUUID } from 'node:crypto';
import { describe, expect, inject, it } from 'vitest';
import { ask, idIn } from './api.ts';
import { newObject } from '#wire/wire';
import { cloudClient, cloudContext } from './cloud-client.ts';
import { cloudToken, cloudUrl, PROFILES } from './filled-cloud.ts';

const cloud = inject('openstack');

describe('images and networks of the real services', () => {
  it('an image is Nova’s map [GLANCE-01]', async () => {
    const { image, close } = cloudClient(cloud);

    const found = await image.get(await cloudContext(cloud), cloud.image, { showDeleted: false });

    expect(found).toMatchObject({ id: cloud.image, name: 'cirros', size: 1024, is_public: true, status: 'active' });
    expect(found['properties']).toMatchObject({ hw_disk_bus: 'virtio' });
    close();
  });

  it('an image that is not there is ImageNotFound [GLANCE-02]', async () => {
    const { image, close } = cloudClient(cloud);

    const asked = image.get(await cloudContext(cloud), randomUUID(), { showDeleted: false });

    await expect(asked).rejects.toMatchObject({ name: 'ImageNotFound' });
    close();
  });

  it('a port is listed with its device profile, and asks for the device by it', async () => {
    const { accelerators, networkPorts, close } = cloudClient(cloud);
    const [context, token] = [await cloudContext(cloud), await cloudToken(cloud, 'nova', 'service')];
    const device_id = randomUUID();
    const kind = { 'binding:vnic_type': 'accelerator-direct', device_profile: PROFILES.one };
    const port = { network_id: cloud.network, device_id, device_owner: 'compute:nova', ...kind };
    await ask({ url: `${cloudUrl(cloud, 'neutron')}/v2.0/ports`, method: 'POST', token, body: { port } });

    const [listed] = await networkPorts.ofInstance(context, device_id);
    const groups = await accelerators.profile(context, listed?.deviceProfile ?? 'none');

    expect(listed).toMatchObject({ vnicType: 'accelerator-direct', deviceProfile: PROFILES.one, host: null });
    expect(groups).toMatchObject([{ resources: { FPGA: 1 }, requiredTraits: ['CUSTOM_FAKE_DEVICE'] }]);
    close();
  });

  it('a server’s own port is deleted, a port of the user’s is given up [NEUTRON-01]', async () => {
    const { network, networkPorts, close } = cloudClient(cloud);
    const [context, token] = [await cloudContext(cloud), await cloudToken(cloud, 'nova', 'service')];
    const server = randomUUID();
    const url = `${cloudUrl(cloud, 'neutron')}/v2.0/ports`;
    const newPort = async (): Promise<string> => {
      const port = {
        network_id: cloud.network,
        project_id: context.project_id,
        device_id: server,
        device_owner: 'compute:nova',
        'binding:host_id': 'host1',
      };
      return idIn(await ask({ url, method: 'POST', token, body: { port } }), 'port');
    };
    const [own, kept] = [await newPort(), await newPort()];
    const request = newObject('NetworkRequest', '1.2', { port_id: kept });
    const requested = newObject('NetworkRequestList', '1.1', { objects: [request] });
    const instance = newObject('Instance', '2.7', { uuid: server });

    await network.deallocateForInstance(context, instance, requested);
    await network.deallocateForInstance(context, instance, requested);

    const after = await ask({ url: `${url}/${kept}`, token });
    expect(after['port']).toMatchObject({ device_id: '', device_owner: '', 'binding:host_id': '' });
    expect(await ask({ url: `${url}/${own}`, token, accepts: [404] })).toHaveProperty('NeutronError');
    expect(await networkPorts.ofInstance(context, server)).toEqual([]);
    close();
  });
});
