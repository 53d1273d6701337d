import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import type { Json } from '#ports/json';
import { replyPrefix } from '#ports/reply-queue';
import { MAPPINGS, principalKey } from '#records/keys';
import { localDeployment, run, type LocalDeployment, type Ran } from '../local-deployment.ts';

const ROLE = 'AROAEXAMPLEEXAMPLE01';
const EC2: Json = {
  Statement: { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
};
const ACCOUNT: Json = {
  Statement: { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::1:root' }, Action: 'sts:AssumeRole' },
};

const ANYWHERE: Json = {
  Statement: {
    Effect: 'Allow',
    Principal: { Service: 'rolesanywhere.amazonaws.com' },
    Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'],
  },
};

let local: LocalDeployment;
beforeAll(async () => {
  local = await localDeployment();
}, 60_000);
afterAll(() => local.stop());

/** A command in an account, in which one role is trusted by somebody. */
const inAccount = (line: string, trust: Json = EC2, url?: string, more: Partial<DeploymentTarget> = {}): Promise<Ran> =>
  run(line, {
    target: async () => ({
      ...local.target(false),
      roleId: async () => ROLE,
      roleOfId: async () => ({ name: 'computes', trust }),
      functionRoles: async () => ['AROAORDERS', 'AROARECORDS'],
      directUrl: async () => url,
      ...more,
    }),
    readFile: () => Promise.reject(new Error('nothing is read')),
  });

/** Options that name users, one for each number. */
const users = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, at) => `--principal AIDAEXAMPLEEXAMPL${from + at}`).join(' ');

describe('host add in an account', () => {
  it('prints the policy that the role needs, and the settings of the driver', async () => {
    const added = await inAccount('host add h1 --cell cell1 --role computes');

    expect(added).toMatchObject({ exitCode: 0, err: '' });
    expect(added.out).toContain(`nova-conductor-${replyPrefix(ROLE)}*`);
    expect(added.out).toContain(`principal = ${ROLE}\nconductor_principals = AROAORDERS, AROARECORDS`);
  });

  it('has computes ask the placement that the driver serves, unless a cloud’s keeps the claims', async () => {
    const lines = 'placement_port = 8778\n[placement]\nauth_type = none\nendpoint_override = http://127.0.0.1:8778';
    const named = { ...(await local.target(false).settings()), openstackServices: ['placement'] };

    const own = await inAccount('host add h1 --cell cell1 --role computes');
    const cloud = await inAccount('host add h1 --cell cell1 --role computes', EC2, undefined, {
      settings: async () => named,
    });

    expect(own.out).toContain(lines);
    expect(cloud.out).not.toContain('placement_port');
  });

  it('answers both to programs', async () => {
    const added = await inAccount('host add h1 --cell cell1 --role computes --json');

    expect(added.data()).toMatchObject({
      rolePolicy: { Version: '2012-10-17' },
      principal: ROLE,
      conductorPrincipals: ['AROAORDERS', 'AROARECORDS'],
    });
  });

  it('prints the function URL of the cell, and lets the role use it, where direct calls are offered', async () => {
    const url = 'https://abc.lambda-url.us-east-1.on.aws/';

    const added = await inAccount('host add h1 --cell cell1 --role computes', EC2, url);
    const without = await inAccount('host add h1 --cell cell1 --role computes');

    expect(added.out).toContain(`direct_url = ${url}`);
    expect(added.out).toContain('lambda:InvokedViaFunctionUrl');
    expect(without.out).not.toMatch(/direct_url|lambda:/u);
  });

  it('refuses a second host to the role, whose sessions would speak for both, and does nothing', async () => {
    const refused = await inAccount('host add h2 --cell cell1 --role computes');
    const known = await inAccount('host show h2');

    expect(refused).toMatchObject({ exitCode: 2, err: expect.stringContaining('speaks for h1 already') });
    expect(known.err).toContain('there is no host h2');
  });

  it('takes several hosts of a bridge, and of an instance profile by their instances', async () => {
    const bridge = await inAccount('host add h3 --cell cell1 --role computes --bridge');
    const instance = await inAccount('host add h4 --cell cell1 --principal AROAEXAMPLEEXAMPLE02:i-0abc');

    expect([bridge.exitCode, instance.exitCode]).toEqual([0, 0]);
  });

  it('takes 150 principals of one host, refuses 50 more for the length of the policy, and writes none of them', async () => {
    const added = await inAccount(`host add h6 --cell cell1 ${users(100, 250)}`);
    const refused = await inAccount(`host add h6 --cell cell1 ${users(250, 300)}`);
    const shown = await inAccount('host show h6 --json');

    expect(added.exitCode).toBe(0);
    expect(refused).toMatchObject({ exitCode: 2, err: expect.stringContaining('200 principals make a queue policy') });
    expect(shown.out).toContain('AIDAEXAMPLEEXAMPL249');
    expect(shown.out).not.toContain('AIDAEXAMPLEEXAMPL250');
  });

  it('takes a role by its name for a publisher too, and asks AWS for its id', async () => {
    const named = { roleId: async () => 'AROAEXAMPLEEXAMPLE05' };

    const added = await inAccount('principal add --role nova-api --as publisher', EC2, undefined, named);
    const listed = await inAccount('principal list');

    expect(added).toMatchObject({ exitCode: 0, out: 'AROAEXAMPLEEXAMPLE05 is a publisher' });
    expect(listed.out).toMatch(/AROAEXAMPLEEXAMPLE05 +publisher/u);
  });

  it.each([
    ['host add h5 --cell cell1 --principal AROAEXAMPLEEXAMPLE03:i-0abc'],
    ['principal add AROAEXAMPLEEXAMPLE03:api --as publisher'],
  ])('refuses sessions that choose their own names: %s', async (line) => {
    const refused = await inAccount(line, ACCOUNT);

    expect(refused).toMatchObject({ exitCode: 2, err: expect.stringContaining('choose their own names') });
  });

  it.each([
    ['host add h7 --cell cell1 --principal AROAEXAMPLEEXAMPLE04:one'],
    ['principal add AROAEXAMPLEEXAMPLE04:two --as publisher'],
  ])('takes sessions of IAM Roles Anywhere once --aws-names-sessions says that AWS names them: %s', async (line) => {
    const refused = await inAccount(line, ANYWHERE);
    const taken = await inAccount(`${line} --aws-names-sessions`, ANYWHERE);

    expect(refused).toMatchObject({ exitCode: 2, err: expect.stringContaining('--aws-names-sessions') });
    expect(taken).toMatchObject({ exitCode: 0, err: '' });
  });

  it('leaves nothing behind where it refuses a principal that is a publisher', async () => {
    await inAccount('principal add AROAEXAMPLEEXAMPLE06 --as publisher');

    const refused = await inAccount('host add h8 --cell cell1 --principal AROAEXAMPLEEXAMPLE06');
    const shown = await inAccount('host show h8');

    expect(refused).toMatchObject({ exitCode: 1, err: expect.stringContaining('is a publisher') });
    expect(shown).toMatchObject({ exitCode: 1, err: expect.stringContaining('there is no host h8') });
  });

  it('adds no host to the cell that keeps what no host could take', async () => {
    const refused = await inAccount('host add h9 --cell cell0 --principal AROAEXAMPLEEXAMPLE09');
    const shown = await inAccount('host show h9');

    expect(refused).toMatchObject({ exitCode: 2, err: expect.stringContaining('cell0 has no hosts') });
    expect(shown.exitCode).toBe(1);
  });

  it('is completed by heal for every host but those whose principal has another role by now', async () => {
    await inAccount('host add h10 --cell cell1 --principal AROAEXAMPLEEXAMPLE07');
    await inAccount('host add h11 --cell cell1 --principal AROAEXAMPLEEXAMPLE08');
    const { tables } = local.target(false);
    for (const end of ['07', '08']) await tables.delete(MAPPINGS, principalKey(`AROAEXAMPLEEXAMPLE${end}`));
    await inAccount('principal add AROAEXAMPLEEXAMPLE07 --as publisher');

    const healed = await inAccount('heal');

    expect(healed.exitCode).toBe(3);
    expect(healed.out).toMatch(/h10 .* left to you: AROAEXAMPLEEXAMPLE07 is a publisher/u);
    expect(healed.out).toMatch(/h11 .* mended \(let-speak\)/u);
  });
});
