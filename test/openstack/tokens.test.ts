import { randomUUID } from 'node:crypto';
import { describe, expect, inject, it } from 'vitest';
import { eventually } from '#local/nova-compute/eventually';
import { mapOf, textOf } from '#wire/reading';
import { ask } from './api.ts';
import { cloudClient, cloudContext } from './cloud-client.ts';
import { cloudToken } from './filled-cloud.ts';

const cloud = inject('openstack');

/** An application credential that a user makes, as the secret spells it. */
async function applicationCredential(user: string, project: string, expires_at: string | null = null) {
  const token = await cloudToken(cloud, user, project);
  const about = await ask({ url: `${cloud.authUrl}/auth/tokens`, token, headers: { 'x-subject-token': token } });
  const id = textOf(mapOf(mapOf(about['token'])['user'])['id']) ?? '';
  const url = `${cloud.authUrl}/users/${id}/application_credentials`;
  const body = { application_credential: { name: randomUUID(), expires_at } };
  const made = mapOf((await ask({ url, method: 'POST', token, body }))['application_credential']);
  const credential = {
    application_credential_id: textOf(made['id']) ?? '',
    application_credential_secret: textOf(made['secret']) ?? '',
  };
  const remove = () => ask({ url: `${url}/${credential.application_credential_id}`, method: 'DELETE', token });
  return { credential, secret: JSON.stringify(credential), remove };
}

/** A time from now as Keystone wants it. */
const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString().replace('Z', '000');

/** A token of a user’s that has ended: it ends with its credential, which lives for longer where Keystone is too slow. */
async function endedToken(seconds = 3): Promise<string> {
  const { credential } = await applicationCredential('demo', 'demo', inSeconds(seconds));
  const { application_credential_id: id, application_credential_secret: secret } = credential;
  const identity = { methods: ['application_credential'], application_credential: { id, secret } };
  const answer = await fetch(`${cloud.authUrl}/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ auth: { identity } }),
  });
  const token = answer.headers.get('x-subject-token');
  if (token === null) return endedToken(seconds * 3);
  const own = await cloudToken(cloud, 'nova', 'service');
  await eventually('the token has ended', async () => {
    const url = `${cloud.authUrl}/auth/tokens?nocatalog`;
    const headers = { 'x-auth-token': own, 'x-subject-token': token };
    return (await fetch(url, { headers })).status === 404;
  });
  return token;
}

describe('tokens of a real Keystone', () => {
  it('are got by an application credential [KEYST-02]', async () => {
    const { secret } = await applicationCredential('nova', 'service');
    const { placement, networkPorts, close } = cloudClient(cloud, {}, secret);

    const held = await placement.allocations(randomUUID());
    const needs = await networkPorts.needs(await cloudContext(cloud), randomUUID());

    expect(held).toEqual({});
    expect(needs).toEqual({ grouped: true, groups: [], sameSubtree: [] });
    close();
  });

  it('of an application credential that was deleted are refused with the remedy, without its secret', async () => {
    const { secret, credential, remove } = await applicationCredential('nova', 'service');
    await remove();
    const { placement, close } = cloudClient(cloud, {}, secret);

    const error: unknown = await placement.allocations(randomUUID()).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ name: 'ServiceMisconfigured' });
    expect(String(error)).toMatch(/refused the credential of cloud \(40[14]\)/u);
    expect(String(error)).not.toContain(credential.application_credential_secret);
    close();
  });

  it('that end within a minute are used as they are, and got anew once they ended', async () => {
    const { secret } = await applicationCredential('nova', 'service', inSeconds(55));
    const { placement, close } = cloudClient(cloud, {}, secret);

    const first = await placement.allocations(randomUUID());
    const second = await placement.allocations(randomUUID());

    expect([first, second]).toEqual([{}, {}]);
    close();
  });

  it('of a user may have ended where the conductor vouches for the request', async () => {
    const context = { ...(await cloudContext(cloud)), auth_token: await endedToken() };
    const { image, close } = cloudClient(cloud);

    const found = await image.get(context, cloud.image, { showDeleted: false });

    expect(found).toMatchObject({ id: cloud.image });
    close();
  });
});
