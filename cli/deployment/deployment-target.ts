import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { decodeItem } from '#adapters/dynamodb/items';
import { DynamoTables } from '#adapters/dynamodb/tables';
import { randomIds } from '#adapters/system/ids';
import { SystemClock } from '#adapters/system/clock';
import { SqsQueues } from '#adapters/sqs/queues';
import { ConductorClient } from '#client';
import { SqsBus } from '#client/sqs-bus';
import { LOCAL } from './local-file.ts';
import { readLocalFile, type LocalWorld } from './local-file.ts';
import { EmbeddedPlacement } from '#placement/embedded-placement';
import { DEFAULTS } from '#ports/configuration';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { BlockCounter } from '#records/block-counter';
import { serviceGroup } from '#records/service-group';
import { ExecutionAdmin } from './execution-admin.ts';
import { CommandFailure, EXIT } from './failure.ts';
import { EventSources } from './event-sources.ts';
import { Machines } from './machines.ts';
import { QueueAdmin } from './queue-admin.ts';
import { sendSigned, type Credentials } from './signed-request.ts';

/** Options of every subcommand: which deployment is meant. */
export interface TargetOptions {
  readonly profile?: string;
  readonly endpointUrl?: string;
  readonly deployment?: string;
  readonly region?: string;
}

/** All that subcommands reach of a deployment, wherever it runs. */
export interface DeploymentTarget
  extends Pick<Services, 'clock' | 'counter' | 'ids' | 'placement' | 'serviceGroup' | 'tables' | 'queues' | 'config'> {
  readonly deployment: string;
  /** Whom a failed connection is blamed on. */
  readonly endpoint: string;
  /** An emulator knows no principals: senders say who they are. */
  readonly emulated: boolean;
  readonly account: string;
  readonly queueAdmin: QueueAdmin;
  readonly executions: ExecutionAdmin;
  readonly eventSources: EventSources;
  /** There in a local world only. */
  readonly machines: Machines | undefined;
  readonly client: ConductorClient;
  /** Every item of a table, for audits: reads all of it. */
  scan(table: string): AsyncIterable<Item>;
  /** Unique id of an IAM role (`AROA…`), as the sender of a message is known by. */
  roleId(name: string): Promise<string>;
  close(): Promise<void>;
}

interface Place {
  readonly deployment: string;
  readonly endpoint: string;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly queueUrlBase: string;
  readonly credentials?: Credentials;
  readonly dynamodb?: string;
  readonly sqs?: string;
  readonly sfn?: string;
  readonly lambda: string;
  readonly control?: string;
  readonly serviceDownTime?: number;
}

const EMULATED_ACCOUNT = '000000000000';

/** @throws CommandFailure when there is no such deployment to be reached */
export async function target(options: TargetOptions): Promise<DeploymentTarget> {
  const place = await placeOf(options);
  return targetAt(place, options.profile === 'local' || options.endpointUrl !== undefined);
}

async function placeOf(options: TargetOptions): Promise<Place> {
  if (options.profile === 'local') {
    const world = readLocalFile();
    if (world === undefined)
      throw new CommandFailure('no local world is up: start it with npm run local', EXIT.unreachable);
    return localPlace(world);
  }
  const deployment = options.deployment ?? DEFAULTS.deployment;
  return options.endpointUrl === undefined
    ? accountPlace(options, deployment)
    : endpointPlace(options.endpointUrl, options, deployment);
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
});

function endpointPlace(endpoint: string, { region = LOCAL.region }: TargetOptions, deployment: string): Place {
  if (!URL.canParse(endpoint))
    throw new CommandFailure(`--endpoint-url ${endpoint} is no URL: give http://host:port`, EXIT.usage);
  return {
    deployment,
    endpoint,
    account: EMULATED_ACCOUNT,
    region,
    partition: 'aws',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    queueUrlBase: `${endpoint.replace(/\/$/u, '')}/${EMULATED_ACCOUNT}/`,
    dynamodb: endpoint,
    sqs: endpoint,
    sfn: endpoint,
    lambda: endpoint,
  };
}

async function accountPlace(options: TargetOptions, deployment: string): Promise<Place> {
  const sts = new STSClient(options.region === undefined ? {} : { region: options.region });
  try {
    const region = await sts.config.region();
    const { Account = '', Arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
    const partition = Arn.split(':')[1] ?? 'aws';
    const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
    return {
      deployment,
      endpoint: `account ${Account} in ${region}`,
      account: Account,
      region,
      partition,
      queueUrlBase: `https://sqs.${region}.${suffix}/${Account}/`,
      lambda: `https://lambda.${region}.${suffix}`,
    };
  } finally {
    sts.destroy();
  }
}

/** Makes the clients of a place. */
export function targetAt(place: Place, emulated: boolean): DeploymentTarget {
  const { deployment, region, partition, account, queueUrlBase } = place;
  const own = place.credentials === undefined ? {} : { credentials: place.credentials };
  const at = (endpoint: string | undefined) => ({ region, ...own, ...(endpoint === undefined ? {} : { endpoint }) });
  const dynamodb = new DynamoDBClient(at(place.dynamodb));
  const sqs = new SQSClient({ ...at(place.sqs), useQueueUrlAsEndpoint: false });
  const sfn = new SFNClient(at(place.sfn));
  const credentials = (): Promise<Credentials> => sqs.config.credentials();
  const clock = new SystemClock();
  const now = (): number => clock.now();
  const config = { ...DEFAULTS, deployment, serviceDownTime: place.serviceDownTime ?? DEFAULTS.serviceDownTime };
  const tables = new DynamoTables({ client: dynamodb, deployment });
  const queues = new SqsQueues({ client: sqs, queueUrlBase, deployment });
  const bus = new SqsBus({ client: sqs, queueUrlBase, deployment });
  const client = new ConductorClient({ bus, clock, ids: randomIds }, emulated ? { principal: 'operator' } : {});
  return {
    deployment,
    endpoint: place.endpoint,
    emulated,
    account,
    clock,
    config,
    tables,
    queues,
    ids: randomIds,
    counter: new BlockCounter({ blockSize: 1 }),
    placement: new EmbeddedPlacement(tables),
    serviceGroup: serviceGroup({ tables, clock, queues, config }),
    queueAdmin: new QueueAdmin({
      client: sqs,
      queueUrlBase,
      deployment,
      arnBase: `arn:${partition}:sqs:${region}:${account}:`,
    }),
    executions: new ExecutionAdmin({
      client: sfn,
      deployment,
      arnPrefix: `arn:${partition}:states:${region}:${account}:`,
    }),
    eventSources: new EventSources({ endpoint: place.lambda, region, credentials, now }),
    machines: place.control === undefined ? undefined : new Machines(place.control),
    client,
    scan: (table) => scan(dynamodb, `${deployment}-${table}`),
    roleId: async (name) => roleId(name, await credentials(), now()),
    close: async () => {
      await client.close();
      for (const each of [dynamodb, sqs, sfn]) each.destroy();
    },
  };
}

async function* scan(client: DynamoDBClient, TableName: string): AsyncIterable<Item> {
  for (let ExclusiveStartKey: Parameters<typeof decodeItem>[0] | undefined; ; ) {
    const page = await client.send(
      new ScanCommand({ TableName, ConsistentRead: true, ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}) }),
    );
    for (const item of page.Items ?? []) yield decodeItem(item);
    ExclusiveStartKey = page.LastEvaluatedKey;
    if (ExclusiveStartKey === undefined) return;
  }
}

async function roleId(name: string, credentials: Credentials, now: number): Promise<string> {
  const body = new URLSearchParams({ Action: 'GetRole', Version: '2010-05-08', RoleName: name }).toString();
  const contentType = 'application/x-www-form-urlencoded';
  const url = new URL('https://iam.amazonaws.com/');
  const xml = await sendSigned(
    { service: 'iam', region: 'us-east-1', method: 'POST', url, body, contentType },
    credentials,
    now,
  );
  const id = /<RoleId>([^<]+)<\/RoleId>/u.exec(xml)?.[1];
  if (id === undefined) throw new CommandFailure(`IAM tells no id of the role ${name}: check its name`);
  return id;
}
