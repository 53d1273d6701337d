import { describe, expect, it } from 'vitest';
import { neutronExtensions } from '#adapters/openstack/neutron-extensions';
import { NeutronNetwork } from '#adapters/openstack/neutron-network';
import { NeutronPorts } from '#adapters/openstack/neutron-ports';
import { NeutronAdminCredentialConfigurationInvalid, type ServiceMisconfigured } from '#errors';
import type { Json, WireObject } from '#ports/json';
import { mapOf, textOf } from '#wire/reading';
import { newObject } from '#wire/wire';
import { startHttpService, type HttpReaction, type HttpRequest } from '../../fixtures/endpoints/http-service.ts';
import { clientOf, impatientClock, OWN_TOKEN, USER_TOKEN, userContext } from '../../fixtures/openstack.ts';
import { fieldOf } from '../../fixtures/placement/allocations-json.ts';
import { recordedClient } from '../../fixtures/recorded-client.ts';
import { exchangesOf, type RecordedExchange } from '../../fixtures/endpoints/recorded-exchanges.ts';

const CONTEXT = userContext();

const start = async (exchanges: readonly RecordedExchange[]) => {
  const { client, clock, log, lines, finish } = await recordedClient('network', exchanges);
  const extensions = neutronExtensions(client, clock, 600);
  const options = { client, extensions, log };
  return { ports: new NeutronPorts(options), network: new NeutronNetwork(options), lines, finish };
};
const recorded = (...cases: readonly string[]) => exchangesOf('neutron', ...cases);
const portOf = (exchange: RecordedExchange | undefined): string => exchange?.path.split('/')[3]?.split('?')[0] ?? '';
const serverOf = (exchange: RecordedExchange | undefined): string =>
  new URL(exchange?.path ?? '', 'http://n').searchParams.get('device_id') ?? '';
/** The binding that a recorded POST asks for. */
const wantedOf = (post: RecordedExchange | undefined) => {
  const binding = mapOf(fieldOf(post?.body, 'binding'));
  const vnicType = textOf(binding['vnic_type']) ?? 'normal';
  return {
    host: textOf(binding['host']) ?? '',
    wanted: [{ portId: portOf(post), vnicType, profile: mapOf(binding['profile']) }],
  };
};
const instance = (uuid: string, data: Record<string, Json> = {}): WireObject =>
  newObject('Instance', '2.7', { uuid, ...data });
const requesting = (...ports: readonly string[]): WireObject =>
  newObject('NetworkRequestList', '1.1', {
    objects: ports.map((port_id) => newObject('NetworkRequest', '1.2', { port_id, network_id: null })),
  });

describe('Neutron as it was recorded', () => {
  it('what ports need is read in groups', async () => {
    const exchanges = recorded('needs', 'extensions');
    const { ports, finish } = await start(exchanges);

    const needs = await ports.needs(CONTEXT, serverOf(exchanges[0]));

    expect(await finish()).toEqual([]);
    expect(needs.groups).toContainEqual({
      portId: 'dcfa23c5-3445-5363-83f2-26b0b1cf5b82',
      requesterId: '19acdf07-0baa-528e-b3f5-28aedb495783',
      resources: { NET_BW_IGR_KILOBIT_PER_SEC: 2000 },
      requiredTraits: ['CUSTOM_PHYSNET_PHYSNET0', 'CUSTOM_VNIC_TYPE_NORMAL'],
    });
    expect(needs.sameSubtree).toContainEqual([
      '19acdf07-0baa-528e-b3f5-28aedb495783',
      'c0175d36-4442-50a1-81af-5054b5c044e4',
    ]);
  });

  it('ports whose needs are not shown are an error of the deployment, never ports without needs', async () => {
    const exchanges = recorded('roles-service-needs');
    const { ports, finish } = await start(exchanges);

    await expect(ports.needs(CONTEXT, serverOf(exchanges[0]))).rejects.toMatchObject({
      name: 'ServiceMisconfigured',
      message: expect.stringContaining('roles admin and service'),
    });
    expect(await finish()).toEqual([]);
  });

  it('a role that is missing for bindings is an error of the deployment', async () => {
    const exchanges = recorded('roles-admin-binding-create');
    // once more by a new token, which may have the role by then
    const { ports, finish } = await start([...exchanges, ...exchanges]);
    const { host, wanted } = wantedOf(exchanges[0]);

    await expect(ports.bind(CONTEXT, host, wanted)).rejects.toMatchObject({ name: 'ServiceMisconfigured' });
    expect(await finish()).toEqual([]);
  });

  it('extensions are asked once and remembered [NEUTRON-04]', async () => {
    const { ports, finish } = await start(recorded('extensions'));

    const answers = [await ports.hasBindings(), await ports.hasBindings()];

    expect(await finish()).toEqual([]);
    expect(answers).toEqual([true, true]);
  });

  it('a port is bound on a further host, and again the same binding is found', async () => {
    const exchanges = recorded('binding-create', 'binding-create-again', 'bindings-two');
    const { ports, finish } = await start(exchanges);
    const { host, wanted } = wantedOf(exchanges[0]);

    const first = await ports.bind(CONTEXT, host, wanted);
    const again = await ports.bind(CONTEXT, host, wanted);

    expect(await finish()).toEqual([]);
    expect([...first]).toEqual([...again]);
    expect(first.get(portOf(exchanges[0]))).toMatchObject({ host: 'host2', status: 'INACTIVE', vifType: 'ovs' });
  });

  it.each(['binding-create-no-agent', 'binding-create-bad-vnic'])(
    'a port that cannot be bound is PortBindingFailed: %s',
    async (name) => {
      const exchanges = recorded(name);
      const { ports, finish } = await start(exchanges);
      const { host, wanted } = wantedOf(exchanges[0]);

      await expect(ports.bind(CONTEXT, host, wanted)).rejects.toMatchObject({ name: 'PortBindingFailed' });
      expect(await finish()).toEqual([]);
    },
  );

  it('a binding is activated, and again it is active already; one that is not there fails', async () => {
    const exchanges = recorded('binding-activate', 'binding-activate-again', 'binding-activate-none');
    const { ports, finish } = await start(exchanges);
    const port = portOf(exchanges[0]);

    await ports.activate(CONTEXT, port, 'host2');
    await ports.activate(CONTEXT, port, 'host2');

    await expect(ports.activate(CONTEXT, port, 'host3')).rejects.toMatchObject({ name: 'PortBindingActivationFailed' });
    expect(await finish()).toEqual([]);
  });

  it('an inactive binding is deleted; the active one is left alone', async () => {
    const [bindings, removal] = recorded('bindings-activated', 'binding-delete-inactive');
    const { ports, finish } = await start(bindings && removal ? [bindings, bindings, removal] : []);
    const port = portOf(bindings);

    await ports.unbind(CONTEXT, port, 'host1');

    await expect(ports.unbind(CONTEXT, port, 'host2')).rejects.toMatchObject({ name: 'PortBindingDeletionFailed' });
    expect(await finish()).toEqual([]);
  });

  it('a port of the user’s is given up, the server’s own is deleted [NEUTRON-01]', async () => {
    const exchanges = recorded(
      'give-back-list',
      'give-back-read',
      'give-back-network',
      'extensions',
      'give-back-unbind',
      'give-back-read-dns',
      'give-back-network-dns',
      'give-back-unbind-dns',
      'give-back-dns-name',
      'give-back-delete',
    );
    const { network, finish } = await start(exchanges);
    const kept = exchanges.filter((exchange) => exchange.case.startsWith('give-back-read')).map(portOf);

    await network.deallocateForInstance(CONTEXT, instance(serverOf(exchanges[0])), requesting(...kept));

    expect(await finish()).toEqual([]);
    expect(kept).toHaveLength(2);
  });

  it('a port that is gone already is passed over [NEUTRON-03]', async () => {
    const [list] = recorded('give-back-list');
    const [gone] = recorded('give-back-read-gone');
    const one = list ? [{ ...list, response: { ports: [] } }] : [];
    const { network, finish } = await start([...one, ...(gone ? [gone] : [])]);

    await network.deallocateForInstance(CONTEXT, instance(serverOf(list)), requesting(portOf(gone)));

    expect(await finish()).toEqual([]);
  });
});

const refusedToken = ({ trouble }: ServiceMisconfigured) => new NeutronAdminCredentialConfigurationInvalid(trouble);

const startAt = async (react: (request: HttpRequest) => HttpReaction) => {
  const service = await startHttpService(react);
  const { client, log, lines, close } = clientOf(service.url, { service: 'network', retries: 0, refusedToken });
  const extensions = neutronExtensions(client, impatientClock().clock, 600);
  const options = { client, extensions, log };
  const stop = async (): Promise<void> => {
    close();
    await service.stop();
  };
  return { ports: new NeutronPorts(options), network: new NeutronNetwork(options), service, lines, stop };
};

describe('Neutron', () => {
  it('all ports are tried; then the first error is thrown [NEUTRON-02]', async () => {
    const { network, service, stop } = await startAt(({ method, path }) => {
      if (method === 'GET') return { status: 200, body: { ports: [{ id: 'p2' }, { id: 'p3' }] } };
      return { status: path.endsWith('p2') ? 500 : 204 };
    });

    const given = network.deallocateForInstance(CONTEXT, instance('s'), null);

    await expect(given).rejects.toThrow(/port p2: 500/u);
    expect(service.requests.map(({ method }) => method)).toEqual(['GET', 'DELETE', 'DELETE']);
    await stop();
  });

  it('its own token refused twice is Nova’s error [NEUTRON-05]', async () => {
    const { ports, service, stop } = await startAt(() => ({ status: 401, body: {} }));

    await expect(ports.needs(CONTEXT, 's')).rejects.toBeInstanceOf(NeutronAdminCredentialConfigurationInvalid);
    expect(service.requests).toHaveLength(2);
    await stop();
  });

  it('needs are asked for by the conductor’s own token, whoever asks for the move, and for nothing beside them [PORTS-06]', async () => {
    const { ports, service, stop } = await startAt(({ path }) =>
      path.startsWith('/v2.0/extensions')
        ? { status: 200, body: { extensions: [] } }
        : { status: 200, body: { ports: [{ id: 'p1', resource_request: null }] } },
    );

    await ports.needs(userContext({ is_admin: false, auth_token: USER_TOKEN }), 's1');

    const [{ path, headers } = { path: '', headers: {} }] = service.requests;
    expect(path).toBe('/v2.0/ports?device_id=s1&fields=id&fields=resource_request');
    expect(headers).toMatchObject({ 'x-auth-token': OWN_TOKEN });
    expect(headers).not.toHaveProperty('x-service-token');
    await stop();
  });

  it('a port that was there before the server stays', async () => {
    const { network, service, stop } = await startAt(({ method, path }) => {
      if (path.startsWith('/v2.0/extensions')) return { status: 200, body: { extensions: [] } };
      if (method === 'GET' && path.includes('device_id')) return { status: 200, body: { ports: [{ id: 'p1' }] } };
      return { status: 200, body: { port: { 'binding:profile': { pci_slot: 'x', mine: 1 }, network_id: 'n' } } };
    });
    const network_info = JSON.stringify([{ id: 'p1', preserve_on_delete: true }]);
    const info_cache = newObject('InstanceInfoCache', '1.5', { network_info });

    await network.deallocateForInstance(CONTEXT, instance('s', { info_cache }), null);

    expect(service.requests.at(-1)).toMatchObject({
      method: 'PUT',
      path: '/v2.0/ports/p1',
      body: { port: { device_id: '', 'binding:profile': { mine: 1 } } },
    });
    await stop();
  });

  it('bindings of a call that fails are deleted again, and no other one', async () => {
    const bindings = [{ host: 'host2', status: 'INACTIVE', profile: {} }];
    const { ports, service, stop } = await startAt(({ method, path }) => {
      if (method === 'GET') return { status: 200, body: { bindings } };
      if (method === 'DELETE') return { status: 204 };
      return path.includes('p2') ? { status: 500, body: {} } : { status: 201, body: { binding: bindings[0] ?? null } };
    });
    const wanted = ['p1', 'p2'].map((portId) => ({ portId, vnicType: 'normal', profile: {} }));

    await expect(ports.bind(CONTEXT, 'host2', wanted)).rejects.toMatchObject({ params: { port_id: 'p2' } });
    expect(service.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v2.0/ports/p1/bindings',
      'POST /v2.0/ports/p2/bindings',
      'GET /v2.0/ports/p1/bindings',
      'DELETE /v2.0/ports/p1/bindings/host2',
    ]);
    await stop();
  });
});
