import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { cloudClient, cloudContext } from './cloud-client.ts';
import { PROFILES } from './filled-cloud.ts';

const cloud = inject('openstack');

describe('an administrator’s request that came without a token', () => {
  const client = cloudClient(cloud);
  afterEach(() => client.close());

  it('takes the devices of a user’s server back, as an evacuation does', async () => {
    const context = await cloudContext(cloud);
    const instanceId = randomUUID();
    const [arq] = await client.accelerators.create(context, PROFILES.one);
    const device = { hostname: 'host1', providerUuid: cloud.deviceProvider, instanceId };
    await client.accelerators.bind(context, [{ uuid: arq?.uuid ?? '', ...device }]);

    await client.accelerators.deleteOf({ ...context, auth_token: null }, instanceId);

    expect(await client.accelerators.arqsOf(context, instanceId)).toEqual([]);
  });
});
