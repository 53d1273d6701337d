import { afterEach, describe, expect, it } from 'vitest';
import type { Call } from '#adapters/openstack/service-client';
import { ServiceMisconfigured, ServiceNotReached, Unauthorized } from '#errors';
import {
  nobodyThere,
  startHttpService,
  type HttpReaction,
  type HttpRequest,
} from '../../fixtures/endpoints/http-service.ts';
import { clientOf, OWN_TOKEN, scriptedIdentity, USER_TOKEN, userContext } from '../../fixtures/openstack.ts';

const GET: Call = { method: 'GET', path: '/allocations/c', as: 'service', version: '1.28' };

const answers = ({ headers }: HttpRequest): HttpReaction =>
  headers['x-auth-token'] === 'first' ? { status: 401, body: {} } : { status: 200, body: { ok: true } };

describe('a client of an OpenStack service', () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  /** A service with these reactions, the last of which stays, and a client of it. */
  const start = async (
    reactions: readonly (HttpReaction | ((request: HttpRequest) => HttpReaction))[],
    overrides: Parameters<typeof clientOf>[1] = {},
  ) => {
    let at = 0;
    const service = await startHttpService((request) => {
      const reaction = reactions[Math.min(at, reactions.length - 1)] ?? 'cut';
      at += 1;
      return typeof reaction === 'function' ? reaction(request) : reaction;
    });
    const made = clientOf(service.url, overrides);
    ends.push(made.close, () => service.stop());
    return { service, ...made };
  };

  it('sends its own token, the microversion and the id of the request', async () => {
    const { client, service } = await start([{ status: 200, body: { allocations: {} } }]);

    const answer = await client.call({ ...GET, context: userContext() });

    expect(answer).toEqual({ status: 200, body: { allocations: {} } });
    expect(service.requests[0]?.headers).toMatchObject({
      'x-auth-token': OWN_TOKEN,
      'openstack-api-version': 'placement 1.28',
      'x-openstack-request-id': userContext().request_id,
      accept: 'application/json',
    });
    expect(service.requests[0]?.headers).not.toHaveProperty('x-service-token');
  });

  it('sends a user’s token with its own beside it [CINDER-04]', async () => {
    const { client, service } = await start([{ status: 200, body: {} }], { service: 'block-storage' });

    await client.call({
      method: 'DELETE',
      path: '/attachments/a',
      as: 'user',
      context: userContext(),
      version: '3.44',
    });

    expect(service.requests[0]?.headers).toMatchObject({
      'x-auth-token': USER_TOKEN,
      'x-service-token': OWN_TOKEN,
      'openstack-api-version': 'volume 3.44',
    });
  });

  it('serves a context without a token by its own', async () => {
    const { client, service } = await start([{ status: 200, body: {} }]);

    await client.call({ ...GET, as: 'user', context: userContext({ auth_token: null }) });

    expect(service.requests[0]?.headers).toMatchObject({ 'x-auth-token': OWN_TOKEN });
  });

  it('sends its own token as service token too where an administrator’s context has no token', async () => {
    const { client, service } = await start([{ status: 204 }], { service: 'accelerator' });

    await client.call({
      method: 'DELETE',
      path: '/v2/accelerator_requests?instance=i',
      as: 'user',
      context: userContext({ auth_token: null }),
    });

    expect(service.requests[0]?.headers).toMatchObject({ 'x-auth-token': OWN_TOKEN, 'x-service-token': OWN_TOKEN });
  });

  it('does not pass on an id that is none of OpenStack’s', async () => {
    const { client, service } = await start([{ status: 200, body: {} }]);

    await client.call({ ...GET, context: userContext({ request_id: 'my request\r\nx: y' }) });

    expect(service.requests[0]?.headers).not.toHaveProperty('x-openstack-request-id');
  });

  it('gets a new token after a 401 and sends the call again [PLACE-23]', async () => {
    const service = await startHttpService(answers);
    const endpoints = [{ type: 'placement', interface: 'internal', region: 'RegionOne', url: service.url }];
    const { identity, asked } = scriptedIdentity({ endpoints }, ['first', 'second']);
    const { client, close } = clientOf(service.url, { identity });
    ends.push(close, () => service.stop());

    const answer = await client.call(GET);

    expect(answer.body).toEqual({ ok: true });
    expect(asked).toEqual([undefined, 'first']);
    expect(service.requests).toHaveLength(2);
  });

  it.each([
    ['a role that is missing [PLACE-24]', 403, 'roles admin and service'],
    ['a credential that is refused twice', 401, 'openstack.credentialSecret'],
    ['a microversion that is too new', 406, 'It does not serve microversion 1.28: upgrade the service.'],
  ])('reports %s with the service, its address and a remedy', async (_, status, remedy) => {
    const { client, service } = await start([{ status, body: { errors: [{ detail: OWN_TOKEN }] } }]);

    const error: unknown = await client.call(GET).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(ServiceMisconfigured);
    expect(String(error)).toContain(`The placement service at ${service.url}/allocations/c answered ${status}`);
    expect(String(error)).toContain(remedy);
    expect(String(error)).not.toContain(OWN_TOKEN);
  });

  it('reports a user’s token that is refused as Unauthorized', async () => {
    const { client } = await start([{ status: 401, body: {} }]);

    await expect(client.call({ ...GET, as: 'user', context: userContext() })).rejects.toBeInstanceOf(Unauthorized);
  });

  it.each(['cut' as const, { status: 503 }, { status: 429 }, { status: 502, body: { text: '<html>' } }])(
    'tries a read again after %j',
    async (reaction) => {
      const { client, service, pauses } = await start([reaction, reaction, { status: 200, body: { ok: true } }]);

      const answer = await client.call(GET);

      expect(answer.body).toEqual({ ok: true });
      expect(service.requests).toHaveLength(3);
      expect(pauses).toEqual([1000, 1000]);
    },
  );

  it('tries as often as configured, and then reports where and what to do [GLANCE-04, GLANCE-05]', async () => {
    const url = await nobodyThere();
    const { client, close, pauses } = clientOf(url, { retries: 3 });
    ends.push(close);

    const error: unknown = await client.call(GET).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(ServiceNotReached);
    expect(String(error)).toMatch(
      /placement service at http:\/\/127\.0\.0\.1:\d+\/allocations\/c was not reached: ECONN/u,
    );

    expect(pauses).toEqual([1000, 1000, 1000]);
  });

  it('never sends a write again whose answer was lost', async () => {
    const { client, service } = await start(['cut']);

    const error: unknown = await client.call({ ...GET, method: 'POST', body: {} }).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ name: 'ServiceNotReached', maybeDone: true });
    expect(service.requests).toHaveLength(1);
  });

  it('sends a write again that was refused before it was read', async () => {
    const { client, service } = await start([{ status: 429 }, { status: 204 }]);

    const answer = await client.call({ ...GET, method: 'PUT', body: {} });

    expect(answer.status).toBe(204);
    expect(service.requests).toHaveLength(2);
  });

  it('waits no longer than configured', async () => {
    const { client } = await start(['silence'], { retries: 0, answerMs: 50 });

    await expect(client.call(GET)).rejects.toMatchObject({
      message: expect.stringContaining('no answer within 50 ms'),
    });
  });

  it('reports HTML where JSON is due', async () => {
    const { client } = await start([{ status: 200, body: { text: `<html>${OWN_TOKEN}</html>` } }]);

    const error: unknown = await client.call(GET).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(ServiceMisconfigured);
    expect(String(error)).toContain('answered something else than JSON');
    expect(String(error)).not.toContain(OWN_TOKEN);
  });

  it('tries a read again after HTML, which something in between may answer for a while', async () => {
    const html = { status: 200, body: { text: '<html>back soon</html>' } };
    const { client, service } = await start([html, { status: 200, body: { ok: true } }]);

    const answer = await client.call(GET);

    expect(answer.body).toEqual({ ok: true });
    expect(service.requests).toHaveLength(2);
  });

  it('leaves a service alone that gave no answer five times in a row', async () => {
    const { client, service } = await start([{ status: 503 }], { retries: 0 });
    for (let call = 0; call < 5; call += 1) await client.call(GET).catch(() => undefined);

    const error: unknown = await client.call(GET).catch((thrown: unknown) => thrown);

    expect(String(error)).toContain('is left alone for 10 s');
    expect(error).toBeInstanceOf(ServiceNotReached);
    expect(service.requests).toHaveLength(5);
  });

  it('writes neither tokens nor bodies into its log', async () => {
    const { client, lines } = await start([{ status: 503, body: { secret: 'body-secret' } }]);

    await client.call({ ...GET, as: 'user', context: userContext() }).catch(() => undefined);

    expect(lines.length).toBeGreaterThan(2);
    expect(lines.join('\n')).not.toMatch(/token-secret|body-secret/u);
  });

  it.each([
    ['a region that the catalog lacks', { region: 'Elsewhere' }, 'is not in region Elsewhere (it is in RegionOne)'],
    ['a service that the catalog lacks', { types: ['baremetal'] }, 'is not in the catalog (type baremetal)'],
    ['an interface that the catalog lacks', { interfaces: ['admin'] }, 'has no admin endpoint'],
  ])('reports %s', async (_, overrides, words) => {
    const { client } = await start([{ status: 200 }], overrides);

    await expect(client.call(GET)).rejects.toMatchObject({
      name: 'ServiceMisconfigured',
      message: expect.stringContaining(words),
    });
  });

  it.each([
    ['a catalog', { endpoints: [] }, 200],
    ['a role', {}, 403],
  ])(
    'sees %s that was mended by a new token, without waiting for the end of the one at hand',
    async (_, before, status) => {
      const service = await startHttpService(({ headers }) =>
        headers['x-auth-token'] === 'new' ? { status: 200, body: { ok: true } } : { status, body: {} },
      );
      const endpoints = [{ type: 'placement', interface: 'internal', region: 'RegionOne', url: service.url }];
      const token = (refused?: string) =>
        Promise.resolve({
          id: 'new',
          expires: Infinity,
          endpoints,
          ...(refused === undefined && { id: 'old', ...before }),
        });
      const { client, close } = clientOf(service.url, { identity: { token } });
      ends.push(close, () => service.stop());

      const answer = await client.call(GET);

      expect(answer.body).toEqual({ ok: true });
    },
  );

  it.each([
    ['404 by a page of HTML', { status: 404, body: { text: '<html>' } }, 'ServiceMisconfigured'],
    ['500 by a page of HTML', { status: 500, body: { text: ' <!doctype html>' } }, 'ServiceNotReached'],
    ['a way to elsewhere', { status: 302 }, 'ServiceMisconfigured'],
    [
      'Cinder’s refusal of a service token without its role',
      { status: 409, body: { conflictingRequest: { code: 409, message: 'Detach volume using the Compute API' } } },
      'ServiceMisconfigured',
    ],
  ])('takes %s for no answer of a service about the request', async (_, reaction, name) => {
    const { client } = await start([reaction], { retries: 0 });

    const asking = client.call({ ...GET, method: 'POST', body: {}, as: 'user', context: userContext() });

    await expect(asking).rejects.toMatchObject({ name });
  });

  it('an address that is named wins over the catalog [KEYST-04]', async () => {
    const { service } = await start([{ status: 200, body: { ok: true } }]);
    const { client, close } = clientOf(await nobodyThere(), { endpointOverride: `${service.url}/placement/` });
    ends.push(close);

    await client.call(GET);

    expect(service.requests[0]?.path).toBe('/placement/allocations/c');
  });
});
