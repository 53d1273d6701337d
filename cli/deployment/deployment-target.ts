import { env } from 'node:process';
import type { IAMClient } from '@aws-sdk/client-iam';
import { knownTable, scanTable } from '#cli/deployment/scan';
import { OUTSIDE_LIMITS } from '#adapters/client-limits';
import { DynamoTables } from '#adapters/dynamodb/tables';
import { EventBridgeNotifier } from '#adapters/eventbridge/notifier';
import { randomIds } from '#adapters/system/ids';
import { SystemClock } from '#adapters/system/clock';
import { queuedCompute } from '#adapters/sqs/compute';
import { SqsQueues } from '#adapters/sqs/queues';
import { ConductorClient } from '#client';
import { SqsBus } from '#client/sqs-bus';
import { EmbeddedPlacement } from '#placement/embedded-placement';
import type { CandidatePlacement } from '#ports/allocation-candidates';
import { DEFAULTS, type Configuration } from '#ports/configuration';
import type { Notifier } from '#ports/notifier';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { BlockCounter } from '#records/block-counter';
import { API, runTimeKey } from '#records/keys';
import { runTimeItem } from '#records/items/run-time';
import { configuredWith } from '#records/run-time/configured-with';
import { serviceGroup } from '#records/hosts/service-group';
import { clientsAt, type Clients } from './clients.ts';
import { ExecutionAdmin } from './execution-admin.ts';
import { CommandFailure, EXIT } from './failure.ts';
import { EventSources } from './event-sources.ts';
import { Machines } from './machines.ts';
import { isEmulated, isLocal, placeOf, type Place, type TargetOptions } from './place.ts';
import { QueueAdmin } from './queue-admin.ts';
import { cloudPlacementOf, decidingPlacement } from './cloud-placement.ts';
import { settingsOf } from './settings.ts';
import { directUrl } from './direct-url.ts';
import { cellRole, functionRoles, roleId, roleOfId, type TrustedRole } from './roles.ts';

/** All that subcommands reach of a deployment, wherever it runs. */
export interface DeploymentTarget
  extends Pick<
    Services,
    'clock' | 'compute' | 'counter' | 'ids' | 'notifier' | 'placement' | 'serviceGroup' | 'tables' | 'queues' | 'config'
  > {
  readonly deployment: string;
  /** Whom a failed connection is blamed on. */
  readonly endpoint: string;
  /** An emulator knows no principals: senders say who they are. */
  readonly emulated: boolean;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** Clients of the services themselves, for what is no affair of a deployment. */
  readonly clients: Clients;
  /** Who asks, as the account names them. */
  readonly caller: string;
  readonly queueAdmin: QueueAdmin;
  readonly executions: ExecutionAdmin;
  readonly eventSources: EventSources;
  /** There in a local world only. */
  readonly machines: Machines | undefined;
  readonly client: ConductorClient;
  /** The Placement of a cloud that decides on claims; undefined where the deployment's own does. */
  cloudPlacement(): Promise<CandidatePlacement | undefined>;
  /** What the functions of the deployment go by, run-time values included. */
  settings(): Promise<Configuration>;
  /** What they were deployed with. */
  deployedSettings(): Promise<Configuration>;
  /** Every item of a table, for audits: reads all of it. */
  scan(table: string): AsyncIterable<Item>;
  /** Items of a table by its whole name, all or those of a partition key. */
  stored(name: string, pk?: string): AsyncIterable<Item>;
  /** Unique id of an IAM role (`AROA…`), as the sender of a message is known by. */
  roleId(name: string): Promise<string>;
  /** The role of a unique id; undefined when the account has none. */
  roleOfId(id: string): Promise<TrustedRole | undefined>;
  /** Unique ids of the roles in which the functions act that the hosts of a cell hear. */
  functionRoles(cell: string): Promise<string[]>;
  /** Of these the one of a cell whose functions run in another account; undefined where they do not. */
  cellRole(cell: string): Promise<string | undefined>;
  /** The function URL by which the hosts of a cell make direct calls; undefined where none is offered. */
  directUrl(cell: string): Promise<string | undefined>;
  /** The address of something of the deployment's account and region. */
  arn(service: string, resource: string): string;
  close(): Promise<void>;
}

/** @throws CommandFailure when there is no such deployment to be reached */
export async function target(options: TargetOptions): Promise<DeploymentTarget> {
  // The SDK reads the endpoints of a profile by this variable alone, those at which a role of it is assumed too.
  if (options.profile !== undefined && !isLocal(options.profile)) env['AWS_PROFILE'] = options.profile;
  return targetAt(await placeOf(options), isEmulated(options));
}

/** All that subcommands reach of a place. */
export function targetAt(place: Place, emulated: boolean): DeploymentTarget {
  const { deployment, region, partition, account, queueUrlBase } = place;
  const clients = clientsAt(place);
  const { dynamodb, sqs, sfn } = clients;
  const clock = new SystemClock();
  const config = { ...DEFAULTS, deployment };
  const tables = new DynamoTables({ client: dynamodb, deployment });
  const deployedSettings = settingsOf(place, clients.lambda);
  const settings = async (): Promise<Configuration> => {
    const set = runTimeItem(await tables.get(API, runTimeKey));
    return configuredWith(await deployedSettings(), set.values).config;
  };
  const cloudPlacement = cloudPlacementOf({ settings, tables, clock, place });
  const queues = new SqsQueues({ client: sqs, queueUrlBase, deployment });
  const bus = new SqsBus({ client: sqs, queueUrlBase, deployment });
  const client = new ConductorClient({ bus, clock, ids: randomIds }, emulated ? { principal: 'operator' } : {});
  return {
    deployment,
    endpoint: place.endpoint,
    emulated,
    account,
    region,
    partition,
    clients,
    caller: place.caller ?? 'an operator',
    clock,
    config,
    settings,
    deployedSettings,
    compute: queuedCompute(queues),
    tables,
    queues,
    ids: randomIds,
    counter: new BlockCounter({ blockSize: 1 }),
    placement: decidingPlacement(cloudPlacement, new EmbeddedPlacement(tables)),
    cloudPlacement,
    notifier: notifierAt(place),
    serviceGroup: {
      verdict: async (cell, host) =>
        serviceGroup({ tables, clock, queues, config: await settings() }).verdict(cell, host),
    },
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
    eventSources: new EventSources(clients.lambda),
    machines: place.control === undefined ? undefined : new Machines(place.control),
    client,
    scan: (table) => scanTable(dynamodb, `${deployment}-${table}`),
    stored: (name, pk) => knownTable(scanTable(dynamodb, name, pk), name),
    roleId: (name) => roleOf(place, clients.iam, name),
    roleOfId: (id) => roleOfId(clients.iam, id),
    functionRoles: async (cell) => {
      const roles = await functionRoles(clients.lambda, clients.iam, deployment);
      const abroad = await cellRoleOf(place, clients.iam, cell);
      return abroad === undefined ? roles : [...roles, abroad].toSorted();
    },
    cellRole: (cell) => cellRoleOf(place, clients.iam, cell),
    directUrl: (cell) => directUrl(clients.lambda, deployment, cell),
    arn: (service, resource) => `arn:${partition}:${service}:${region}:${account}:${resource}`,
    close: async () => {
      await client.close();
      clients.close();
    },
  };
}

/** A local world has no event bus, so nothing is published there. */
function notifierAt({ control, credentials, deployment, dynamodb, profile, region }: Place): Notifier {
  if (control !== undefined) return { notify: () => Promise.resolve() };
  const config = {
    region,
    ...(profile === undefined ? {} : { profile }),
    ...(credentials === undefined ? {} : { credentials }),
    // Where one service is emulated, all are, behind one endpoint.
    ...(dynamodb === undefined ? {} : { endpoint: dynamodb }),
  };
  return new EventBridgeNotifier({ config, limits: OUTSIDE_LIMITS, eventBusName: deployment });
}

async function roleOf({ control }: Place, client: IAMClient, name: string): Promise<string> {
  if (control === undefined) return roleId(client, name);
  throw new CommandFailure('a local world has no roles: name a principal instead of --role', EXIT.usage);
}

/** A local world lies in no account, and none beside it. */
const cellRoleOf = async (
  { control, deployment }: Place,
  client: IAMClient,
  cell: string,
): Promise<string | undefined> => (control === undefined ? cellRole(client, deployment, cell) : undefined);
