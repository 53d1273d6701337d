import { SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import { fromIni } from '@aws-sdk/credential-provider-ini';
import { limited, OUTSIDE_LIMITS } from '#adapters/client-limits';
import { isUnanswered } from '#adapters/transient-errors';
import { DEFAULTS } from '#ports/configuration';
import { CommandFailure, EXIT } from './failure.ts';
import { LOCAL, localFile, readLocalFile, type LocalWorld } from './local-file.ts';

/** Options of every subcommand: which deployment is meant. */
export interface TargetOptions {
  readonly profile?: string;
  readonly endpointUrl?: string;
  readonly deployment?: string;
  readonly region?: string;
}

/** Where a deployment is, and in whose name it is asked. */
export interface Place {
  readonly deployment: string;
  /** Whom a failed connection is blamed on. */
  readonly endpoint: string;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly queueUrlBase: string;
  /** Whose region, endpoints and other settings of the AWS configuration hold. @default the SDK's usual one */
  readonly profile?: string;
  /** @default the SDK's usual ones */
  readonly credentials?: NonNullable<STSClientConfig['credentials']>;
  /** Endpoints by service. @default the SDK's usual one */
  readonly dynamodb?: string;
  readonly sqs?: string;
  readonly sfn?: string;
  readonly lambda?: string;
  readonly iam?: string;
  /** There in a local world only. */
  readonly control?: string;
  readonly serviceDownTime?: number;
  /** Who asks, as the account names them. @default nobody in particular, at an emulator */
  readonly caller?: string;
}

const EMULATED_ACCOUNT = '000000000000';

/** The profile that means the world of `npm run local`, or `local:NAME` that of `npm run local -- --name NAME`. */
const LOCAL_PROFILE = /^local(?::([a-z][a-z0-9-]{0,30}))?$/u;

export const isLocal = (profile: string | undefined): profile is string => LOCAL_PROFILE.test(profile ?? '');

/** Whether options mean an emulator, which knows no principals. */
export const isEmulated = ({ profile, endpointUrl }: TargetOptions): boolean =>
  isLocal(profile) || endpointUrl !== undefined;

/**
 * The place that options name.
 *
 * @param readWorld - what a local world wrote down; undefined when none is up
 * @throws CommandFailure when there is no such place, or when an option cannot be followed
 */
export async function placeOf(
  options: TargetOptions,
  readWorld: (name?: string) => LocalWorld | undefined = (name) => readLocalFile(localFile(name)),
): Promise<Place> {
  const { profile } = options;
  if (isLocal(profile)) {
    const name = LOCAL_PROFILE.exec(profile)?.[1];
    return worldOf(options, readWorld(name), name);
  }
  return options.endpointUrl === undefined ? accountPlace(options) : endpointPlace(options.endpointUrl, options);
}

/** What a local world is settled on already; an option that says otherwise is refused rather than dropped. */
function worldOf(
  { endpointUrl, deployment, region }: TargetOptions,
  world: LocalWorld | undefined,
  name: string | undefined,
): Place {
  if (endpointUrl !== undefined)
    throw new CommandFailure('--profile local and --endpoint-url name two places: give one', EXIT.usage);
  if (region !== undefined && region !== LOCAL.region)
    throw new CommandFailure(`--region ${region}: the local world is in ${LOCAL.region}`, EXIT.usage);
  if (world === undefined)
    throw new CommandFailure(
      name === undefined
        ? 'no local world is up in this folder: start it with npm run local'
        : `no local world ${name} is up in this folder: start it with npm run local -- --name ${name}`,
      EXIT.unreachable,
    );
  if (deployment !== undefined && deployment !== world.deployment)
    throw new CommandFailure(`--deployment ${deployment}: the local world is ${world.deployment}`, EXIT.usage);
  return localPlace(world);
}

/** A world of `npm run local`, by what it wrote down. */
export const localPlace = (world: LocalWorld): Place => ({
  ...world,
  endpoint: world.control,
  account: EMULATED_ACCOUNT,
  region: LOCAL.region,
  partition: 'aws',
  credentials: LOCAL.credentials,
  sfn: world.control,
  lambda: world.control,
  iam: world.control,
});

/** Partitions beside the commercial one, by their regions. */
const PARTITIONS: readonly (readonly [regions: RegExp, partition: string])[] = [
  [/^cn-/u, 'aws-cn'],
  [/^us-gov-/u, 'aws-us-gov'],
];

async function endpointPlace(endpoint: string, options: TargetOptions): Promise<Place> {
  if (!(URL.canParse(endpoint) && /^https?:/u.test(endpoint)))
    throw new CommandFailure(`--endpoint-url ${endpoint} is no URL: give http://host:port`, EXIT.usage);
  const { deployment = DEFAULTS.deployment, profile } = options;
  const own = profile === undefined ? undefined : await identityOf(profile, options.region);
  const region = options.region ?? (await regionOf(profile)) ?? LOCAL.region;
  return {
    deployment,
    endpoint,
    account: EMULATED_ACCOUNT,
    region,
    partition: PARTITIONS.find(([regions]) => regions.test(region))?.[1] ?? 'aws',
    credentials: own ?? { accessKeyId: 'test', secretAccessKey: 'test' },
    ...(profile === undefined ? {} : { profile }),
    queueUrlBase: `${endpoint.replace(/\/$/u, '')}/${EMULATED_ACCOUNT}/`,
    dynamodb: endpoint,
    sqs: endpoint,
    sfn: endpoint,
    lambda: endpoint,
    iam: endpoint,
  };
}

async function accountPlace({
  deployment = DEFAULTS.deployment,
  profile,
  region: wanted,
}: TargetOptions): Promise<Place> {
  const credentials = profile === undefined ? undefined : await identityOf(profile, wanted);
  const config = {
    ...limited(OUTSIDE_LIMITS),
    ...(wanted === undefined ? {} : { region: wanted }),
    ...(profile === undefined ? {} : { profile }),
    ...(credentials === undefined ? {} : { credentials }),
  };
  const [sts, sqs] = [new STSClient(config), new SQSClient(config)];
  try {
    const region = await usable(sts.config.region(), wanted);
    const { Account = '', Arn = '' } = await usable(sts.send(new GetCallerIdentityCommand({})), region);
    return {
      deployment,
      endpoint: `account ${Account} in ${region}`,
      account: Account,
      caller: Arn,
      region,
      partition: Arn.split(':')[1] ?? 'aws',
      queueUrlBase: new URL(`/${Account}/`, sqs.config.endpointProvider({ Region: region }).url).href,
      ...(profile === undefined ? {} : { profile }),
      // Those that this client keeps: others that found their own would each assume a role, and ask for its code again.
      credentials: sts.config.credentials,
    };
  } finally {
    sts.destroy();
    sqs.destroy();
  }
}

/** What the SDK says of a region that is not given, or that is no name of one. */
const NO_REGION = /^Region (?:is missing|not accepted)/u;

/** @throws CommandFailure that names the region where it is missing, is none, or nobody answers there */
async function usable<T>(asked: Promise<T>, region: string | undefined): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (NO_REGION.test(error.message) && region === undefined)
      throw new CommandFailure('no region is given: give --region, or set AWS_REGION', EXIT.usage);
    if (NO_REGION.test(error.message)) throw new CommandFailure(`--region ${region} is no region`, EXIT.usage);
    if (isUnanswered(error))
      throw new CommandFailure(
        `nothing answers in the region ${region}: check --region, AWS_REGION and the connection`,
        EXIT.unreachable,
      );
    throw error;
  }
}

/** The region that a profile names; undefined when it names none. */
async function regionOf(profile: string | undefined): Promise<string | undefined> {
  if (profile === undefined) return undefined;
  const client = new STSClient({ profile });
  try {
    return await client.config.region();
  } catch {
    return undefined;
  } finally {
    client.destroy();
  }
}

/**
 * The credentials of a profile, and of nothing else: the SDK's own chain goes on to those of the machine when a profile
 * is not there, and the command would act on an account that nobody named.
 *
 * @throws CommandFailure when the profile is unknown or holds no credentials
 */
async function identityOf(profile: string, region: string | undefined) {
  const found = fromIni({ profile, ...(region === undefined ? {} : { clientConfig: { region } }) });
  // A client keeps what it was given until it expires, and hands that to the others.
  const { credentials } = new STSClient({ profile, credentials: found }).config;
  try {
    await credentials();
  } catch (error) {
    if (!(error instanceof Error && error.name === 'CredentialsProviderError')) throw error;
    throw new CommandFailure(
      `the profile ${profile} gives no credentials: aws configure list-profiles shows which are there`,
      EXIT.unreachable,
    );
  }
  return credentials;
}
