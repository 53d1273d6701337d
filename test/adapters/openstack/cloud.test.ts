import { afterEach, describe, expect, it } from 'vitest';
import { memoryClaimMarks } from '#adapters/memory/claim-marks';
import { memorySecrets } from '#adapters/memory/secrets';
import { openstackCloud, type Cloud, type CloudOptions } from '#adapters/openstack/cloud';
import {
  nobodyThere,
  startHttpService,
  type HttpReaction,
  type HttpRequest,
} from '../../fixtures/endpoints/http-service.ts';
import { impatientClock, userContext, writtenLog } from '../../fixtures/openstack.ts';

const CONTEXT = userContext();

describe('the ports of a cloud', () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  /** A cloud whose Keystone and services are one server; services are distinguished by the first part of the path. */
  const start = async (react: (request: HttpRequest) => HttpReaction, options: Partial<CloudOptions> = {}) => {
    let base = '';
    const service = await startHttpService((request): HttpReaction => {
      if (request.path !== '/v3/auth/tokens') return react(request);
      const types = ['placement', 'image', 'network', 'volumev3', 'accelerator'];
      const catalog = types.map((type) => ({
        type,
        endpoints: [{ interface: 'public', region_id: 'R', url: `${base}/${type}` }],
      }));
      const headers = { 'x-subject-token': 'token' };
      return { status: 201, headers, body: { token: { expires_at: '2100-01-01T00:00:00Z', catalog } } };
    });
    base = service.url;
    const secret = '{"application_credential_id":"i","application_credential_secret":"s"}';
    const cloud = openstackCloud(
      { authUrl: `${base}/v3`, credentialSecret: 'cloud', ...options },
      {
        secrets: memorySecrets({ cloud: secret }),
        clock: impatientClock().clock,
        log: writtenLog().log,
        marks: memoryClaimMarks(),
        random: () => 0,
      },
    );
    ends.push(cloud.close, () => service.stop());
    const asked = (): string[] => service.requests.map(({ path }) => path).filter((path) => !path.startsWith('/v3/'));
    return { cloud, asked };
  };

  it.each<[string, string, number, (cloud: Cloud) => Promise<unknown>]>([
    ['PlacementAPIConnectFailure', 'placement', 3, ({ placement }) => placement.allocations('c')],
    ['GlanceConnectionFailed', 'image', 4, ({ image }) => image.get(CONTEXT, 'i', { showDeleted: false })],
    ['ServiceNotReached', 'network', 4, ({ networkPorts }) => networkPorts.ofInstance(CONTEXT, 's')],
    ['CinderConnectionFailed', 'volumev3', 4, ({ volumes }) => volumes.attachment(CONTEXT, 'a')],
    ['ServiceNotReached', 'accelerator', 3, ({ accelerators }) => accelerators.arqsOf(CONTEXT, 's')],
  ])('fail by %s when %s is away, after %i requests [GLANCE-05]', async (name, service, requests, ask) => {
    const { cloud, asked } = await start(() => ({ status: 503 }));

    await expect(ask(cloud)).rejects.toMatchObject({ name });

    expect(asked()).toHaveLength(requests);
    expect(asked().every((path) => path.startsWith(`/${service}/`))).toBe(true);
  });

  it('are asked as often as the settings say', async () => {
    const { cloud, asked } = await start(() => ({ status: 503 }), { retries: { image: 0, network: 1 } });

    await expect(cloud.image.get(CONTEXT, 'i', { showDeleted: false })).rejects.toMatchObject({
      name: 'GlanceConnectionFailed',
    });
    await expect(cloud.networkPorts.ofInstance(CONTEXT, 's')).rejects.toMatchObject({ name: 'ServiceNotReached' });

    expect(asked().map((path) => path.split('/')[1])).toEqual(['image', 'network', 'network']);
  });

  it('take a 500 of Placement for no answer, so that no host is called full', async () => {
    const { cloud } = await start(({ method }) => (method === 'GET' ? { status: 200, body: {} } : { status: 500 }));
    const request = JSON.stringify({ allocations: { node: { resources: { VCPU: 1 } } } });

    const claim = cloud.placement.claim('c', request, { projectId: 'p', userId: 'u' });

    await expect(claim).rejects.toMatchObject({ name: 'PlacementAPIConnectFailure', maybeDone: true });
  });

  it('take a Placement that refuses connections for away, not a host for full [PLACE-07]', async () => {
    const url = await nobodyThere();
    const { cloud, asked } = await start(() => ({ status: 500 }), { endpoints: { placement: url } });
    const request = JSON.stringify({ allocations: { node: { resources: { VCPU: 1 } } } });

    const claim = cloud.placement.claim('c', request, { projectId: 'p', userId: 'u' });

    await expect(claim).rejects.toMatchObject({
      name: 'PlacementAPIConnectFailure',
      message: expect.stringContaining(new URL(url).host),
    });
    expect(asked()).toEqual([]);
  });

  it('report a token that Neutron refuses by Nova’s name, with the remedy [NEUTRON-05]', async () => {
    const { cloud } = await start(() => ({ status: 401 }));

    await expect(cloud.networkPorts.ofInstance(CONTEXT, 's')).rejects.toMatchObject({
      name: 'NeutronAdminCredentialConfigurationInvalid',
      message: expect.stringContaining('Check the credential'),
    });
  });
});
