import { dynamodbClient } from '#adapters/dynamodb/client';
import { DynamoTables } from '#adapters/dynamodb/tables';
import { EventBridgeNotifier } from '#adapters/eventbridge/notifier';
import { SignedCalls } from '#adapters/function-url/signed-calls';
import { cloudPorts, type CloudPorts } from '#adapters/openstack/cloud-ports';
import { KmsSealer } from '#adapters/kms/sealer';
import { randomIds } from '#adapters/system/ids';
import { SystemClock } from '#adapters/system/clock';
import { PowertoolsLog } from '#adapters/powertools/log';
import { S3Blobs } from '#adapters/s3/blobs';
import { SfnExecutions } from '#adapters/sfn/executions';
import type { AssumedRole } from '#adapters/sts/assumed-role';
import { sqsClient } from '#adapters/sqs/client';
import { SqsQueues } from '#adapters/sqs/queues';
import { assembleRecords, type RecordAdapters, type RecordServices } from '#assemble-records';
import { ADDRESSES, CELL, FUNCTION_OPTIONS } from '#configuration/options';
import { namedCloud } from '#configuration/openstack';
import { readEnvironment } from '#configuration/read';
import { configurationOf, type Configuration } from '#ports/configuration';
import type { DirectCalls } from '#ports/direct-calls';
import type { LogFields } from '#ports/log';
import type { Secrets } from '#ports/secrets';
import type { Services } from '#ports/services';
import { claimMarks } from '#placement/claim-marks';
import type { Cell } from '#records/method';
import { reloading } from '#records/run-time/settings';

let acting: Promise<AssumedRole> | undefined;

/** The role at home in which the function acts, one for all of its clients: only cells in other accounts need it. */
function actingIn(roleArn: string): Promise<AssumedRole> {
  acting ??= import('#adapters/sts/assumed-role').then(
    (sts) => new sts.AssumedRole({ roleArn, clock: new SystemClock() }),
  );
  return acting;
}

/** What clients are configured with beside their limits. */
function access(): { readonly credentials?: AssumedRole['credentials'] } {
  const { homeRoleArn } = readEnvironment(ADDRESSES, process.env);
  return homeRoleArn === undefined ? {} : { credentials: async () => (await actingIn(homeRoleArn)).credentials() };
}

/** Only a cloud has a secret to be read. */
const secretsOnDemand: Secrets = {
  read: async (name) => (await import('#adapters/secretsmanager/secrets')).managedSecrets(access()).read(name),
};

/**
 * The services that a cloud serves in place of the deployment's own; a call with all its tries takes so long at most.
 */
export function cloudOf({ clock, config, log, tables }: RecordAdapters, answerMs?: number): CloudPorts {
  const named = namedCloud(config);
  if (named === undefined) return {};
  const options = { ...named, ...(answerMs === undefined ? {} : { answerMs }) };
  const marks = claimMarks(tables, clock);
  return cloudPorts(named.services, options, { secrets: secretsOnDemand, clock, log, marks, random: Math.random });
}

/**
 * What a function of a deployed file does, over its ports; it is made anew when its configuration is changed at run
 * time.
 */
export function reloaded<S, E extends readonly unknown[], R>(
  adapters: RecordAdapters,
  assembled: (adapters: RecordAdapters) => S,
  make: (services: S) => (...event: E) => Promise<R>,
): (...event: E) => Promise<R> {
  return reloading(adapters, (config) => make(assembled({ ...adapters, config })));
}

type SealingServices = RecordServices & Pick<Services, 'sealer'>;

/** The function that turns messages into workflows, over its ports. */
export function wireTasks<E extends readonly unknown[], R>(
  service: string,
  make: (services: SealingServices) => (...event: E) => Promise<R>,
): (...event: E) => Promise<R> {
  const adapters = recordAdapters(service);
  const sealer = sealerOf(adapters);
  return reloaded(adapters, (each) => ({ ...assembleRecords(each), sealer }), make);
}

/** Milliseconds for one call of a cloud within an object call, whose function has ten seconds. */
const OBJECT_CALL_MS = 5000;

/** A function that answers object calls, over its ports; it seals the answers of computes and opens nothing sealed. */
export function wireRecords<E extends readonly unknown[], R>(
  service: string,
  make: (services: SealingServices) => (...event: E) => Promise<R>,
): (...event: E) => Promise<R> {
  const adapters = recordAdapters(service);
  const sealer = sealerOf(adapters);
  const assembled = (each: RecordAdapters): SealingServices => ({
    ...assembleRecords({ ...each, cloud: cloudOf(each, OBJECT_CALL_MS) }),
    sealer,
  });
  const { homeRoleArn } = readEnvironment(ADDRESSES, process.env);
  if (homeRoleArn === undefined) return reloaded(adapters, assembled, make);
  let made: ((...event: E) => Promise<R>) | undefined;
  return async (...event) => {
    // Nobody is answered before it is known whose messages are our own; a try that fails is made again.
    const roleId = await (await actingIn(homeRoleArn)).roleId();
    made ??= reloaded({ ...adapters, config: { ...adapters.config, roleId } }, assembled, make);
    return made(...event);
  };
}

/** The only reader of the environment: what a function is given becomes its adapters. */
export function recordAdapters(service: string): RecordAdapters {
  const addresses = readEnvironment(ADDRESSES, process.env);
  const { roleId } = addresses;
  const config: Configuration = {
    ...configurationOf(readEnvironment(FUNCTION_OPTIONS, process.env)),
    ...(roleId === undefined ? {} : { roleId }),
  };
  const { deployment } = config;
  return {
    blobs: new S3Blobs({ config: access(), bucket: addresses.messageBucket, deployment }),
    clock: new SystemClock(),
    config,
    executions: new SfnExecutions({
      config: access(),
      arnPrefix: addresses.stateMachineArnBase.replace(/stateMachine:$/u, ''),
      deployment,
    }),
    ids: randomIds,
    log: new PowertoolsLog({ service, deployment, fields: fieldsOf(service) }),
    notifier: new EventBridgeNotifier({ config: access(), eventBusName: addresses.eventBusName }),
    queues: new SqsQueues({ client: sqsClient(access()), queueUrlBase: addresses.queueUrlBase, deployment }),
    tables: new DynamoTables({ client: dynamodbClient(access()), deployment }),
  };
}

/** Functions that serve no workflow. */
const OUTSIDE_OF_WORKFLOWS: ReadonlySet<string> = new Set(['task-rpc', 'object-rpc', 'reconciler']);

/** What every line of a function names: its workflow, or the cell that it serves. */
function fieldsOf(service: string): LogFields {
  const cell = wiredCell();
  return {
    ...(OUTSIDE_OF_WORKFLOWS.has(service) ? {} : { workflow: service }),
    ...(cell === undefined ? {} : { cell: cell.name }),
  };
}

/** What opens and closes sealed requests, under the key of the deployment. */
export function sealerOf({ clock, config: { deployment } }: RecordAdapters): KmsSealer {
  const { sealKeyId: keyId } = readEnvironment(ADDRESSES, process.env);
  return new KmsSealer({ config: access(), keyId, deployment, clock });
}

/** Direct calls in the name of this function: the SDK knows its credentials and its region. */
export function signedCalls({ clock }: Pick<Services, 'clock'>): DirectCalls {
  const { credentials, region } = dynamodbClient().config;
  return new SignedCalls({ clock, credentials, region });
}

/** The cell whose conductor queue this function serves; undefined at API level. */
export function wiredCell(): Cell | undefined {
  return (process.env['CELL'] ?? '') === '' ? undefined : readEnvironment(CELL, process.env);
}
