import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { target } from '#cli/deployment/deployment-target';
import { cloudPlacementOf } from '#cli/deployment/cloud-placement';
import { placeOf } from '#cli/deployment/place';
import { MemoryTables } from '#adapters/memory/tables';
import { DEFAULTS } from '#ports/configuration';
import { ManualClock } from '../../fixtures/manual-clock.ts';
import { rejected } from '../../fixtures/rejected.ts';
import { startSignedEndpoint, type SignedEndpoint } from '../../fixtures/endpoints/signed-endpoint.ts';

const WORLD = {
  deployment: 'nova-conductor',
  dynamodb: 'http://127.0.0.1:1',
  sqs: 'http://127.0.0.1:2',
  queueUrlBase: 'http://127.0.0.1:2/000000000000/',
  control: 'http://127.0.0.1:3',
  serviceDownTime: 60,
};

const CREDENTIALS = `[default]
aws_access_key_id = AKIADEFAULT
aws_secret_access_key = a
[staging]
aws_access_key_id = AKIASTAGING
aws_secret_access_key = b
`;

const configOf = (endpoint: string): string => `[default]
region = us-east-1
[profile staging]
region = cn-north-1
[profile bare]
region = eu-west-1
[profile assumed]
region = us-gov-west-1
role_arn = arn:aws-us-gov:iam::222222222222:role/operator
source_profile = staging
endpoint_url = ${endpoint}
`;

let folder: string;
let aws: SignedEndpoint;
beforeAll(async () => {
  aws = await startSignedEndpoint();
  folder = mkdtempSync(join(tmpdir(), 'profiles-'));
  writeFileSync(join(folder, 'credentials'), CREDENTIALS);
  writeFileSync(join(folder, 'config'), configOf(aws.endpoint));
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'));
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_ENDPOINT_URL', aws.endpoint);
});
beforeEach(() => {
  vi.stubEnv('AWS_PROFILE', undefined);
  aws.signers.length = 0;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
  await aws.stop();
});

describe('--profile', () => {
  it('is whose account, region and partition are acted on', async () => {
    const place = await placeOf({ profile: 'staging' });

    expect(aws.signers).toEqual(['AKIASTAGING cn-north-1 sts']);
    expect(place).toMatchObject({
      account: '222222222222',
      region: 'cn-north-1',
      partition: 'aws-cn',
      profile: 'staging',
      queueUrlBase: 'https://sqs.cn-north-1.amazonaws.com.cn/222222222222/',
    });
  });

  it('without it the account of the default profile is acted on', async () => {
    await placeOf({});

    expect(aws.signers).toEqual(['AKIADEFAULT us-east-1 sts']);
  });

  it('signs the requests of roles and event sources, and --region goes before its own', async () => {
    const reached = await target({ profile: 'staging', region: 'cn-northwest-1' });

    const role = await reached.roleId('publisher');
    const intake = await reached.eventSources.of('arn');

    await reached.close();
    expect([role, intake?.state]).toEqual(['AROA1', 'Enabled']);
    expect(aws.signers).toEqual([
      'AKIASTAGING cn-northwest-1 sts',
      'AKIASTAGING cn-northwest-1 iam',
      'AKIASTAGING cn-northwest-1 lambda',
    ]);
  });

  it.each([
    ['named by --profile', undefined, 'assumed'],
    ['named by AWS_PROFILE', 'assumed', undefined],
  ])('has its role assumed once for all that a command asks, %s', async (_, variable, profile) => {
    vi.stubEnv('AWS_PROFILE', variable);
    const reached = await target(profile === undefined ? {} : { profile });

    await Promise.all([reached.roleId('publisher'), reached.roleId('publisher'), reached.eventSources.of('arn')]);

    await reached.close();
    const signers = [...aws.signers];
    expect(signers.filter((each) => each.startsWith('AKIASTAGING'))).toHaveLength(1);
    expect(new Set(signers.slice(1).map((each) => each.split(' ')[2]))).toEqual(new Set(['sts', 'iam', 'lambda']));
  });

  it('finds a role by its unique id, and the roles of the functions of one deployment alone', async () => {
    const reached = await target({ profile: 'staging', deployment: 'nova-conductor' });

    const found = await reached.roleOfId('AROA1');
    const missing = await reached.roleOfId('AROA2');
    const functions = await reached.functionRoles('cell1');
    const abroad = await reached.functionRoles('abroad');

    await reached.close();
    expect(found).toEqual({ name: 'publisher', trust: { Statement: [] } });
    expect(missing).toBeUndefined();
    expect(functions).toEqual(['AROA1']);
    expect(abroad).toEqual(['AROA1', 'AROAHOME']);
  });

  it('is asked at its own endpoints, at which the role that it names is assumed too', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', undefined);

    const reached = await target({ profile: 'assumed' });
    const role = await reached.roleId('publisher');

    await reached.close();
    vi.stubEnv('AWS_ENDPOINT_URL', aws.endpoint);
    expect(role).toBe('AROA1');
    expect([...new Set(aws.signers)]).toEqual([
      'AKIASTAGING us-gov-west-1 sts',
      'ASIAASSUMED us-gov-west-1 sts',
      'ASIAASSUMED us-gov-west-1 iam',
    ]);
  });

  it.each(['nope', 'bare'])('%s, which holds no credentials, is named, and nobody else is asked', async (profile) => {
    const error = await rejected(placeOf({ profile }));

    expect(error).toMatchObject({
      name: 'CommandFailure',
      exitCode: 4,
      message: `the profile ${profile} gives no credentials: aws configure list-profiles shows which are there`,
    });
    expect(aws.signers).toEqual([]);
  });
});

describe('--endpoint-url', () => {
  it('is asked for roles and event sources as well, in the name of the profile and in its region', async () => {
    const reached = await target({ endpointUrl: aws.endpoint, profile: 'staging', deployment: 'other' });

    await reached.roleId('publisher');
    await reached.eventSources.of('arn');

    await reached.close();
    expect(aws.signers).toEqual(['AKIASTAGING cn-north-1 iam', 'AKIASTAGING cn-north-1 lambda']);
    expect(reached).toMatchObject({ deployment: 'other', emulated: true });
  });

  it.each([
    ['cn-north-1', 'aws-cn'],
    ['us-gov-east-1', 'aws-us-gov'],
    ['eu-west-1', 'aws'],
  ])('has addresses of the partition of %s: %s', async (region, partition) => {
    const reached = await target({ endpointUrl: aws.endpoint, region });

    await reached.close();
    expect(reached.arn('sqs', 'q')).toBe(`arn:${partition}:sqs:${region}:000000000000:q`);
  });

  it('is asked for the secret of a cloud too', async () => {
    const place = await placeOf({ endpointUrl: aws.endpoint, profile: 'staging' });
    const named = {
      ...DEFAULTS,
      openstackAuthUrl: 'http://127.0.0.1:1/v3',
      openstackCredentialSecret: 'cloud',
      openstackServices: ['placement' as const],
    };
    const parts = { settings: async () => named, tables: new MemoryTables(), clock: new ManualClock(), place };

    const elsewhere = await cloudPlacementOf(parts)();
    await rejected(elsewhere?.tree('node') ?? Promise.resolve());

    expect(aws.signers).toContain('AKIASTAGING cn-north-1 secretsmanager');
  });

  it('a role that is not there is named', async () => {
    const reached = await target({ endpointUrl: aws.endpoint });

    const error = await rejected(reached.roleId('nobody'));

    await reached.close();
    expect(error).toMatchObject({ message: 'IAM knows no role nobody: check its name and the account' });
  });

  it('that is no URL is wrong usage', async () => {
    const error = await rejected(placeOf({ endpointUrl: 'nonsense' }));

    expect(error).toMatchObject({ exitCode: 2 });
  });
});

describe('--region', () => {
  it.each(['us east', 'eu-west-1/x', '../x'])('that is none is wrong usage: %s', async (region) => {
    const error = await rejected(placeOf({ profile: 'staging', region }));

    expect(error).toMatchObject({ exitCode: 2, message: `--region ${region} is no region` });
  });

  it('that nothing names is asked for', async () => {
    vi.stubEnv('AWS_REGION', undefined);
    vi.stubEnv('AWS_PROFILE', 'nowhere');

    const error = await rejected(placeOf({}));

    vi.stubEnv('AWS_PROFILE', undefined);
    expect(error).toMatchObject({ exitCode: 2, message: 'no region is given: give --region, or set AWS_REGION' });
  });

  it('at which nobody answers is named', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');

    const error = await rejected(placeOf({ profile: 'staging', region: 'mars-1' }));

    vi.stubEnv('AWS_ENDPOINT_URL', aws.endpoint);
    expect(error).toMatchObject({
      exitCode: 4,
      message: expect.stringContaining('nothing answers in the region mars-1: check --region'),
    });
  });
});

describe('--profile local', () => {
  it('is the world that is up, whose own settings may be said again', async () => {
    const place = await placeOf({ profile: 'local', deployment: 'nova-conductor', region: 'us-east-1' }, () => WORLD);

    expect(place).toMatchObject({ ...WORLD, lambda: WORLD.control, sfn: WORLD.control });
  });

  it.each([
    [{ endpointUrl: 'http://127.0.0.1:9' }, '--endpoint-url'],
    [{ region: 'eu-west-1' }, '--region eu-west-1'],
    [{ deployment: 'other' }, '--deployment other'],
  ])('beside %o is wrong usage: no option is dropped', async (option, named) => {
    const error = await rejected(placeOf({ profile: 'local', ...option }, () => WORLD));

    expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining(named) });
  });

  it('without a world says how to start one', async () => {
    const error = await rejected(placeOf({ profile: 'local' }, () => undefined));

    expect(error).toMatchObject({
      exitCode: 4,
      message: 'no local world is up in this folder: start it with npm run local',
    });
  });

  it('without a world of its name says how to start that one', async () => {
    const error = await rejected(placeOf({ profile: 'local:other' }, () => undefined));

    expect(error).toMatchObject({ exitCode: 4, message: expect.stringContaining('npm run local -- --name other') });
  });

  it.each(['nowhere', '', 'ftp://127.0.0.1:1'])(
    'an endpoint that is no web address is wrong usage: "%s"',
    async (endpointUrl) => {
      const error = await rejected(placeOf({ endpointUrl }));

      expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining('is no URL') });
    },
  );
});
