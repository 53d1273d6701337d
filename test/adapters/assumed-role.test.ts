import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { AssumedRole } from '#adapters/sts/assumed-role';
import { listening } from '#local/emulation/loopback-server';
import { ManualClock } from '../fixtures/manual-clock.ts';

const ROLE = 'arn:aws:iam::111111111111:role/nova-conductor-cell-cell1-object-rpc';
const HOUR = 3_600_000;

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** STS that gives sessions of an hour by the clock, numbered; it refuses those that the test says. */
async function startSts(clock: ManualClock, refused: (call: number) => boolean = () => false) {
  const asked: URLSearchParams[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      asked.push(new URLSearchParams(Buffer.concat(chunks).toString()));
      const isRefused = refused(asked.length);
      outgoing.writeHead(isRefused ? 403 : 200, { 'content-type': 'text/xml' });
      outgoing.end(isRefused ? REFUSED : answered(asked.length, clock.now() + HOUR));
    });
  });
  const { endpoint, stop } = await listening(server);
  stops.push(stop);
  const config = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'own', secretAccessKey: 'own' } };
  return { asked, role: new AssumedRole({ config, roleArn: ROLE, clock }) };
}

const REFUSED = '<ErrorResponse><Error><Code>AccessDenied</Code><Message>x</Message></Error></ErrorResponse>';

const answered = (number: number, expires: number): string => `<AssumeRoleResponse><AssumeRoleResult>
  <AssumedRoleUser><AssumedRoleId>AROAHOME:session</AssumedRoleId><Arn>arn</Arn></AssumedRoleUser>
  <Credentials><AccessKeyId>ASIA${number}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
  <SessionToken>t</SessionToken><Expiration>${new Date(expires).toISOString()}</Expiration></Credentials>
</AssumeRoleResult></AssumeRoleResponse>`;

describe('a role in which a function acts', () => {
  it('is assumed once for all clients, under the name of its function, and says its unique id', async () => {
    const { asked, role } = await startSts(new ManualClock());

    const [first, second, roleId] = await Promise.all([role.credentials(), role.credentials(), role.roleId()]);

    expect(first).toMatchObject({ accessKeyId: 'ASIA1', secretAccessKey: 's', sessionToken: 't' });
    expect(second).toBe(first);
    expect(roleId).toBe('AROAHOME');
    expect(asked.map((each) => [each.get('Action'), each.get('RoleArn'), each.get('RoleSessionName')])).toEqual([
      ['AssumeRole', ROLE, 'nova-conductor-cell-cell1-object-rpc'],
    ]);
  });

  it('is assumed anew ten minutes before its session ends, once', async () => {
    const clock = new ManualClock();
    const { asked, role } = await startSts(clock);
    await role.credentials();

    clock.pass(49 * 60);
    const kept = await role.credentials();
    clock.pass(60);
    const renewed = await Promise.all([role.credentials(), role.credentials()]);

    expect(kept.accessKeyId).toBe('ASIA1');
    expect(renewed.map(({ accessKeyId }) => accessKeyId)).toEqual(['ASIA2', 'ASIA2']);
    expect(asked).toHaveLength(2);
  });

  it('is asked for again after a refusal, which every waiting call is told', async () => {
    const { role } = await startSts(new ManualClock(), (call) => call === 1);

    const refused = await Promise.allSettled([role.credentials(), role.roleId()]);
    const later = await role.credentials();

    expect(refused).toMatchObject([
      { status: 'rejected', reason: { name: 'AccessDenied' } },
      { status: 'rejected', reason: { name: 'AccessDenied' } },
    ]);
    expect(later.accessKeyId).toBe('ASIA2');
  });
});
