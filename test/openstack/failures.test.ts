import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, inject, it } from 'vitest';
import type { CloudOptions } from '#adapters/openstack/cloud';
import { allocationRequestText } from '#wire/allocation-request';
import { PASSWORD } from './configuration.ts';
import { cloudClient, cloudContext, passwordOf } from './cloud-client.ts';
import { startFailingProxy, type Failure } from './failing-proxy.ts';
import { cloudUrl, PROFILES } from './filled-cloud.ts';
import { newProvider } from './new-provider.ts';
import { newVolume } from './new-volume.ts';

const cloud = inject('openstack');
const OWNER = { projectId: 'p', userId: 'u' };
const status = (code: number, body = '{}'): Failure => ({ kind: 'status', status: code, body });
const HTML: Failure = { kind: 'status', status: 200, body: '<html>hello</html>', html: true };
const conflict = status(
  409,
  JSON.stringify({ errors: [{ status: 409, code: 'placement.concurrent_update', detail: 'a provider changed' }] }),
);

/** The error for a service that is too old. */
const tooOld = (service: string, url: string, trouble: string, remedy: RegExp) => ({
  name: 'ServiceMisconfigured',
  trouble: { service, url, trouble, remedy: expect.stringMatching(remedy) },
});

describe('with failures between the conductor and its services', () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  const client = (overrides: Partial<CloudOptions> = {}, credential?: string) => {
    const made = cloudClient(cloud, overrides, credential);
    ends.push(made.close);
    return made;
  };
  const proxied = async () => {
    const proxy = await startFailingProxy(cloudUrl(cloud, 'placement'));
    const { placement, lines } = client({ endpoints: { placement: proxy.url } });
    ends.push(() => proxy.stop());
    const [node, server] = [await newProvider(cloud, 4), randomUUID()];
    const claim = () => placement.claim(server, allocationRequestText(node, { VCPU: 1 }), OWNER, 'op');
    return { proxy, placement, lines, node, server, claim };
  };

  it.each([
    ['401', status(401)],
    ['429', status(429)],
    ['500', status(500)],
    ['503', status(503)],
    ['a cut', { kind: 'cut' } as const],
    ['a slow answer', { kind: 'slow', milliseconds: 1500 } as const],
    ['a page of HTML', HTML],
  ])('a read goes on after %s', async (_, failure) => {
    const { proxy, claim, placement, server, node } = await proxied();
    proxy.fail('GET', failure);

    const claimed = await claim();

    expect(claimed).toBe(true);
    expect(await placement.allocations(server)).toEqual({ [node]: { VCPU: 1 } });
  });

  it.each([
    ['401', status(401)],
    ['429', status(429)],
    ['409 of a provider', conflict],
  ])('a claim goes on after %s', async (_, failure) => {
    const { proxy, claim, placement, server, node } = await proxied();
    proxy.fail('PUT', failure);

    const claimed = await claim();

    expect(claimed).toBe(true);
    expect(await placement.allocations(server)).toEqual({ [node]: { VCPU: 1 } });
  });

  it.each([
    ['500', status(500)],
    ['503', status(503)],
    ['a cut', { kind: 'cut' } as const],
    ['an answer that is lost', { kind: 'lost-answer' } as const],
  ])('a claim that met %s is made again and is there once', async (_, failure) => {
    const { proxy, claim, placement, server, node } = await proxied();
    proxy.fail('PUT', failure);

    await expect(claim()).rejects.toMatchObject({ name: 'PlacementAPIConnectFailure', maybeDone: true });
    const again = await claim();

    expect(again).toBe(true);
    expect(await placement.allocations(server)).toEqual({ [node]: { VCPU: 1 } });
    await placement.withdraw([server], 'op');
    expect(await placement.allocations(server)).toEqual({});
  });

  it('a swap whose answer was lost is made again and is there once', async () => {
    const { proxy, claim, placement, server, node } = await proxied();
    await claim();
    const migration = randomUUID();
    const swap = () => placement.setAndClear(migration, { [node]: { VCPU: 1 } }, OWNER, server);
    proxy.fail('POST', { kind: 'lost-answer' });

    await expect(swap()).rejects.toMatchObject({ name: 'PlacementAPIConnectFailure' });
    const again = await swap();

    expect(again).toBe(true);
    expect([await placement.allocations(server), await placement.allocations(migration)]).toEqual([
      {},
      { [node]: { VCPU: 1 } },
    ]);
  });

  it.each([
    ['403 that stays', Array.from({ length: 10 }, () => status(403)), 'roles admin and service'],
    ['406', [status(406)], 'upgrade the service'],
    ['HTML that stays', Array.from({ length: 10 }, () => HTML), 'address in the catalog'],
  ])('%s is an error of the deployment with its remedy, and no host is called full', async (_, failures, remedy) => {
    const { proxy, claim, lines } = await proxied();
    proxy.fail('GET', ...failures);

    const error: unknown = await claim().catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ name: 'ServiceMisconfigured' });
    expect(String(error)).toContain(`The placement service at ${proxy.url}/allocations/`);
    expect(String(error)).toContain(remedy);
    expect([String(error), ...lines].join('\n')).not.toMatch(new RegExp(`gAAAA|${PASSWORD}"`, 'u'));
  });

  it('a Placement and a Cinder that are too old are named, with what is asked of them, and nothing is written', async () => {
    const proxies = [
      await startFailingProxy(cloudUrl(cloud, 'placement')),
      await startFailingProxy(cloudUrl(cloud, 'cinder')),
    ] as const;
    for (const proxy of proxies) ends.push(() => proxy.stop());
    const [placement, cinder] = proxies;
    const made = client({ endpoints: { placement: placement.url, 'block-storage': `${cinder.url}/v3` } });
    const [node, volume] = [await newProvider(cloud, 4), await newVolume(cloud)];
    const [context, server] = [await cloudContext(cloud), randomUUID()];
    placement.fail('GET', { kind: 'microversion', version: 'placement 1.999' });
    cinder.fail('POST', { kind: 'microversion', version: 'volume 3.999' });

    const claim = made.placement.claim(server, allocationRequestText(node, { VCPU: 1 }), OWNER, 'op');
    const attach = made.volumes.createAttachment(context, volume, server);

    await expect(claim).rejects.toMatchObject(
      tooOld(
        'placement',
        `${placement.url}/allocations/${server}`,
        'answered 406 to GET',
        /^It does not serve microversion 1\.28 \(1\.0 to 1\.\d+\): upgrade the service\.$/u,
      ),
    );
    await expect(attach).rejects.toMatchObject(
      tooOld(
        'block-storage',
        `${cinder.url}/v3/attachments`,
        'answered 406 to POST',
        /^It does not serve microversion 3\.44: upgrade the service\.$/u,
      ),
    );
    expect(await made.placement.allocations(server)).toEqual({});
    expect(await made.volumes.attachments(context, server, volume)).toEqual([]);
  });

  it('a wrong region is named with those that there are', async () => {
    const { placement } = client({ region: 'Elsewhere' });

    await expect(placement.allocations(randomUUID())).rejects.toThrow(
      /is not in region Elsewhere \(it is in RegionOne\)/u,
    );
  });

  it('an interface that no service has is named in the error', async () => {
    const { placement } = client({ interfaces: ['private'] });

    await expect(placement.allocations(randomUUID())).rejects.toThrow(/has no private endpoint in the catalog/u);
  });

  it('a credential that Keystone does not know is named in the error, without the password', async () => {
    const { placement } = client({}, passwordOf('nobody'));

    const error: unknown = await placement.allocations(randomUUID()).catch((thrown: unknown) => thrown);

    expect(String(error)).toContain('refused the credential of cloud (401)');
    expect(String(error)).not.toContain(PASSWORD);
  });

  it('a user without the roles gets an error that names them', async () => {
    const { networkPorts, placement } = client({}, passwordOf('auditor'));
    const context = await cloudContext(cloud);

    await expect(placement.release(randomUUID())).rejects.toThrow(/roles admin and service/u);
    await expect(
      networkPorts.bind(context, 'host1', [{ portId: randomUUID(), vnicType: 'normal', profile: {} }]),
    ).rejects.toThrow(/roles admin and service|Binding failed/u);
  });

  it('a user’s token that is none is Unauthorized, or the image’s own error', async () => {
    const { image, accelerators } = client();
    const context = { ...(await cloudContext(cloud)), auth_token: 'none' };

    await expect(image.get(context, cloud.image, { showDeleted: false })).rejects.toMatchObject({
      name: 'ImageNotAuthorized',
    });
    await expect(accelerators.profile(context, PROFILES.one)).rejects.toMatchObject({ name: 'Unauthorized' });
  });
});
