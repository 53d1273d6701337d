import { describe, expect, it } from 'vitest';
import { MemoryTables } from '#adapters/memory/tables';
import { addHostToPrincipal } from '#cli/inventory/principals';
import { sessionNames } from '#cli/inventory/session-names';
import { checkSession, checkWholeRole } from '#cli/inventory/shared-roles';
import type { Json } from '#ports/json';
import { rejected } from '../../fixtures/rejected.ts';

const trust = (Principal: Json, Action: Json = 'sts:AssumeRole'): Json => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal, Action }],
});

const EC2 = trust({ Service: 'ec2.amazonaws.com' });
const ANYWHERE = trust({ Service: 'rolesanywhere.amazonaws.com' }, [
  'sts:AssumeRole',
  'sts:TagSession',
  'sts:SetSourceIdentity',
]);

describe('the name of a session', () => {
  it.each([
    ['an instance profile', EC2, []],
    ['an instance profile in China', trust({ Service: ['ec2.amazonaws.com.cn'] }), []],
    ['the account itself', trust({ AWS: 'arn:aws:iam::123456789012:root' }), ['arn:aws:iam::123456789012:root']],
    ['everybody', trust('*'), ['everybody']],
    ['everybody, by list', trust({ AWS: ['*'] }), ['*']],
    ['whoever a provider of identities knows', trust({ Federated: 'oidc' }, 'sts:AssumeRoleWithWebIdentity'), ['oidc']],
    ['any action', trust({ AWS: 'user' }, '*'), ['user']],
    ['any action of STS', trust({ AWS: 'user' }, ['sts:*']), ['user']],
    ['those who only tag', trust({ AWS: 'user' }, 'sts:TagSession'), []],
    [
      'all but one',
      { Statement: { Effect: 'Allow', NotPrincipal: { AWS: 'user' }, Action: 'sts:AssumeRole' } },
      ['everybody but a few'],
    ],
    [
      'whoever is not refused an action',
      { Statement: [{ Effect: 'Allow', Principal: '*', NotAction: 'sts:Tag' }] },
      ['everybody'],
    ],
    ['those who are denied it', { Statement: [{ Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' }] }, []],
  ] satisfies [string, Json, string[]][])(
    'is chosen by whom the trust policy lets assume the role: %s',
    (_who, document, chosenBy) => {
      expect(sessionNames(document)).toEqual({ chosenBy, rolesAnywhere: false });
    },
  );

  it('is set by Roles Anywhere, where no profile says otherwise', () => {
    expect(sessionNames(ANYWHERE)).toEqual({ chosenBy: [], rolesAnywhere: true });
  });
});

const of = (document: Json | undefined) => ({
  emulated: false,
  roleOfId: async () => (document === undefined ? undefined : { name: 'computes', trust: document }),
});

describe('a session of a role', () => {
  it.each([
    ['which EC2 names', 'AROA1:i-1', EC2, false],
    ['which Roles Anywhere names, as the operator has seen', 'AROA1:serial', ANYWHERE, true],
    ['that is a user, who has none', 'AIDA1', undefined, false],
    ['that is the role as a whole', 'AROA1', trust('*'), false],
  ])('is registered: one %s', async (_what, principal, document, awsNames) => {
    await expect(checkSession(of(document), principal, { awsNames })).resolves.toBeUndefined();
  });

  it.each([
    ['chooses its own name', trust({ AWS: 'arn:aws:iam::1:root' }), 'give every host a role of its own (--role)'],
    ['may have a custom name', ANYWHERE, 'list-profiles'],
    ['belongs to no role of the account', undefined, 'has no role with the id AROA1'],
  ])('is refused with the remedy where it %s', async (_what, document, remedy) => {
    const error = await rejected(checkSession(of(document), 'AROA1:i-1', { awsNames: false }));

    expect(error).toMatchObject({ name: 'CommandFailure', message: expect.stringContaining(remedy) });
  });

  it('of an emulator is whatever its sender says', async () => {
    await expect(
      checkSession({ ...of(trust('*')), emulated: true }, 'AROA1:i-1', { awsNames: false }),
    ).resolves.toBeUndefined();
  });
});

async function speaking() {
  const target = { tables: new MemoryTables(), emulated: false };
  await addHostToPrincipal(target, 'AROA1', 'host1');
  return target;
}

describe('a role as a whole', () => {
  it('speaks for one host, however often that is said', async () => {
    const target = await speaking();

    await expect(checkWholeRole(target, 'AROA1', 'host1', { bridge: false })).resolves.toBeUndefined();
    await expect(checkWholeRole(target, 'AROA2', 'host2', { bridge: false })).resolves.toBeUndefined();
  });

  it('is refused to a second host, and the refusal names the remedies', async () => {
    const error = await rejected(checkWholeRole(await speaking(), 'AROA1', 'host2', { bridge: false }));

    expect(error).toMatchObject({
      name: 'CommandFailure',
      message: expect.stringMatching(
        /AROA1 speaks for host1 already.*a role of its own.*--principal AROA…:i-0abc.*--bridge/u,
      ),
    });
  });

  it('speaks for several where it is a bridge', async () => {
    await expect(checkWholeRole(await speaking(), 'AROA1', 'host2', { bridge: true })).resolves.toBeUndefined();
  });
});
