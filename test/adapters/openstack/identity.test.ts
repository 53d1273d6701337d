import { afterEach, describe, expect, it } from 'vitest';
import { memorySecrets } from '#adapters/memory/secrets';
import { chooseEndpoint } from '#adapters/openstack/catalog';
import { Keystone } from '#adapters/openstack/identity';
import { KeptConnections } from '#adapters/openstack/transport';
import { ManualClock } from '../../fixtures/manual-clock.ts';
import {
  nobodyThere,
  startHttpService,
  type HttpReaction,
  type HttpRequest,
} from '../../fixtures/endpoints/http-service.ts';
import { exchangesOf } from '../../fixtures/endpoints/recorded-exchanges.ts';

const PASSWORD = JSON.stringify({ username: 'nova', password: 'the-password', project_name: 'service' });
const APPLICATION = JSON.stringify({ application_credential_id: '21de', application_credential_secret: 'the-secret' });

/** Tokens named by their number, which end so many seconds after they were asked for. */
const tokens = (clock: () => ManualClock, seconds: number) => {
  let number = 0;
  return (): HttpReaction => {
    number += 1;
    const expires_at = new Date(clock().now() + seconds * 1000).toISOString();
    return {
      status: 201,
      headers: { 'x-subject-token': `token-${number}` },
      body: { token: { expires_at, catalog: [] } },
    };
  };
};

describe('Keystone', () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  const start = async (react: (request: HttpRequest) => HttpReaction, secret = PASSWORD, path = '/v3') => {
    const service = await startHttpService(react);
    const made = identityAt(`${service.url}${path}`, secret);
    ends.push(() => service.stop());
    return { service, ...made };
  };

  const identityAt = (authUrl: string, secret: string) => {
    const clock = new ManualClock();
    const transport = new KeptConnections({ connectMs: 2000 });
    const secrets = memorySecrets({ cloud: secret });
    const options = { authUrl, credentialSecret: 'cloud', secrets, transport, clock, answerMs: 2000 };
    ends.push(() => transport.close());
    return { identity: new Keystone(options), clock };
  };

  const startTokens = async (seconds: number, secret = PASSWORD, path = '/v3') => {
    let clock = new ManualClock();
    const made = await start(
      tokens(() => clock, seconds),
      secret,
      path,
    );
    clock = made.clock;
    return made;
  };

  it('gives one token for many calls, by password [KEYST-01]', async () => {
    const { identity, service } = await startTokens(3600);

    const got = await Promise.all([identity.token(), identity.token(), identity.token()]);

    expect(got.map(({ id }) => id)).toEqual(['token-1', 'token-1', 'token-1']);
    expect(service.requests).toHaveLength(1);
    expect(service.requests[0]).toMatchObject({
      method: 'POST',
      path: '/v3/auth/tokens',
      body: {
        auth: {
          identity: {
            methods: ['password'],
            password: { user: { name: 'nova', domain: { id: 'default' }, password: 'the-password' } },
          },
          scope: { project: { name: 'service', domain: { id: 'default' } } },
        },
      },
    });
  });

  it('asks by application credential without a scope [KEYST-02]', async () => {
    const { identity, service } = await startTokens(3600, APPLICATION, '/');

    await identity.token();

    expect(service.requests[0]).toMatchObject({ path: '/v3/auth/tokens' });
    expect(service.requests[0]?.body).toEqual({
      auth: {
        identity: { methods: ['application_credential'], application_credential: { id: '21de', secret: 'the-secret' } },
      },
    });
  });

  it('renews a token a minute before it ends [KEYST-03]', async () => {
    const { identity, clock } = await startTokens(3600);
    await identity.token();
    clock.pass(3539);
    const before = await identity.token();
    clock.pass(2);

    const after = await identity.token();

    expect([before.id, after.id]).toEqual(['token-1', 'token-2']);
  });

  it('renews a token that was refused, once for all who were refused', async () => {
    const { identity, service } = await startTokens(3600);
    await identity.token();

    const renewed = await Promise.all([identity.token('token-1'), identity.token('token-1')]);

    expect(renewed.map(({ id }) => id)).toEqual(['token-2', 'token-2']);
    expect(service.requests).toHaveLength(2);
  });

  it.each([
    [401, PASSWORD],
    [404, APPLICATION],
  ])('reports a credential that is refused with %i, and no secret', async (status, secret) => {
    const { identity, service } = await start(() => ({ status, body: { error: { message: 'the-secret' } } }), secret);

    const error: unknown = await identity.token().catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ name: 'ServiceMisconfigured' });
    expect(String(error)).toContain(
      `The identity service at ${service.url}/v3 refused the credential of cloud (${status})`,
    );
    expect(JSON.stringify([error, String(error)])).not.toMatch(/the-(?:secret|password)/u);
  });

  it.each(['not JSON', '{}', '{"username":"nova"}'])(
    'reports a secret that holds no credential: %s',
    async (secret) => {
      const { identity } = await startTokens(3600, secret);

      const error: unknown = await identity.token().catch((thrown: unknown) => thrown);

      expect(error).toMatchObject({ name: 'ServiceMisconfigured' });
      expect(String(error)).toContain('the secret cloud holds no credential');
      expect(String(error)).not.toContain(secret);
    },
  );

  it('reports a secret that is not there', async () => {
    const secrets = memorySecrets({});

    await expect(secrets.read('cloud')).rejects.toMatchObject({ name: 'ServiceMisconfigured' });
  });

  it('is asked again after it was away', async () => {
    let away = true;
    const { identity } = await start(() => {
      if (away) return { status: 503 };
      const body = { token: { expires_at: '2030-01-01T00:00:00Z', catalog: [] } };
      return { status: 201, headers: { 'x-subject-token': 't' }, body };
    });
    await expect(identity.token()).rejects.toMatchObject({ name: 'ServiceNotReached' });
    away = false;

    const token = await identity.token();

    expect(token.id).toBe('t');
  });

  it('is reported as not reached where nobody listens', async () => {
    const { identity } = identityAt(`${await nobodyThere()}/v3`, PASSWORD);

    await expect(identity.token()).rejects.toMatchObject({
      name: 'ServiceNotReached',
      message: expect.stringContaining('was not reached: ECONNREFUSED'),
    });
  });

  it('is reported as misconfigured where it answers HTML, as an address that is not Keystone’s does', async () => {
    const { identity } = await start(() => ({ status: 200, body: { text: '<html></html>' } }));

    await expect(identity.token()).rejects.toMatchObject({
      name: 'ServiceMisconfigured',
      message: expect.stringContaining('answered 200 without a token'),
    });
  });

  it('reads a recorded token and its catalog', async () => {
    const [recorded] = exchangesOf('keystone', 'password');
    const headers = { 'x-subject-token': 'recorded' };
    const { identity } = await start(() => ({ status: 201, headers, body: recorded?.response ?? null }));

    const { endpoints } = await identity.token();

    const choice = { types: ['placement'], interfaces: ['internal', 'public'], region: 'RegionOne' };
    expect(chooseEndpoint(endpoints, choice)).toMatchObject({ url: expect.stringContaining('placement') });
  });
});
