import { dynamodbClient } from '#adapters/dynamodb/client';
import { DynamoTables } from '#adapters/dynamodb/tables';
import { EventBridgeNotifier } from '#adapters/eventbridge/notifier';
import { KmsSealer } from '#adapters/kms/sealer';
import { randomIds } from '#adapters/system/ids';
import { SystemClock } from '#adapters/system/clock';
import { PowertoolsLog } from '#adapters/powertools/log';
import { S3Blobs } from '#adapters/s3/blobs';
import { SfnExecutions } from '#adapters/sfn/executions';
import { sqsClient } from '#adapters/sqs/client';
import { SqsQueues } from '#adapters/sqs/queues';
import { assemble, assembleRecords, type RecordAdapters, type RecordServices } from '#assemble';
import { DEFAULTS, type Configuration } from '#ports/configuration';
import type { LogFields } from '#ports/log';
import type { Services } from '#ports/services';
import type { Cell } from '#records/method';

/** The ports of a workflow's function. */
export function wire(service: string): Services {
  const adapters = recordAdapters(service);
  return assemble({ ...adapters, sealer: sealerOf(adapters) });
}

/** The ports of the function that turns messages into workflows. */
export function wireTasks(service: string): RecordServices & Pick<Services, 'sealer'> {
  const adapters = recordAdapters(service);
  return { ...assembleRecords(adapters), sealer: sealerOf(adapters) };
}

/** The ports of a function that answers object calls; it opens no sealed request. */
export const wireRecords = (service: string): RecordServices => assembleRecords(recordAdapters(service));

/** The only reader of the environment: what a function is told becomes its adapters. */
function recordAdapters(service: string): RecordAdapters {
  const config = configuration();
  const { deployment } = config;
  return {
    blobs: new S3Blobs({ bucket: required('MESSAGE_BUCKET'), deployment }),
    clock: new SystemClock(),
    config,
    executions: new SfnExecutions({
      arnPrefix: required('STATE_MACHINE_ARN_BASE').replace(/stateMachine:$/u, ''),
      deployment,
    }),
    ids: randomIds,
    log: new PowertoolsLog({ service, deployment, fields: fieldsOf(service) }),
    notifier: new EventBridgeNotifier({ eventBusName: process.env['EVENT_BUS_NAME'] ?? deployment }),
    queues: new SqsQueues({ client: sqsClient(), queueUrlBase: required('QUEUE_URL_BASE'), deployment }),
    tables: new DynamoTables({ client: dynamodbClient(), deployment }),
  };
}

/** Functions that serve no workflow. */
const OUTSIDE_OF_WORKFLOWS: ReadonlySet<string> = new Set(['task-rpc', 'object-rpc', 'reconciler']);

/** What every line of a function tells: its workflow, or the cell that it serves. */
function fieldsOf(service: string): LogFields {
  const cell = wiredCell();
  return {
    ...(OUTSIDE_OF_WORKFLOWS.has(service) ? {} : { workflow: service }),
    ...(cell === undefined ? {} : { cell: cell.name }),
  };
}

function sealerOf({ clock, config: { deployment } }: RecordAdapters): KmsSealer {
  return new KmsSealer({ keyId: process.env['SEAL_KEY_ID'] ?? `alias/${deployment}`, deployment, clock });
}

/** The cell whose conductor queue this function serves; undefined at API level. */
export function wiredCell(): Cell | undefined {
  const name = process.env['CELL'];
  return name === undefined || name === '' ? undefined : { name, uuid: required('CELL_UUID') };
}

function configuration(): Configuration {
  return {
    ...DEFAULTS,
    deployment: process.env['DEPLOYMENT'] ?? DEFAULTS.deployment,
    requirePrincipals: process.env['REQUIRE_PRINCIPALS'] === 'true',
    waitSeconds: seconds('WAIT_SECONDS', DEFAULTS.waitSeconds),
    stallSeconds: seconds('STALL_SECONDS', DEFAULTS.stallSeconds),
    serviceDownTime: seconds('SERVICE_DOWN_TIME', DEFAULTS.serviceDownTime),
    notificationFormat: oneOf('NOTIFICATION_FORMAT', ['unversioned', 'versioned', 'both'], DEFAULTS.notificationFormat),
    notifyOnStateChange: oneOf(
      'NOTIFY_ON_STATE_CHANGE',
      ['vm_state', 'vm_and_task_state'],
      DEFAULTS.notifyOnStateChange,
    ),
  };
}

function seconds(name: string, fallback: number): number {
  const text = process.env[name];
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`${name}=${JSON.stringify(text)} is not a whole number of seconds above 0`);
}

function oneOf<T extends string | null>(name: string, values: readonly (T & string)[], fallback: T): T {
  const text = process.env[name];
  if (text === undefined || text === '') return fallback;
  const found = values.find((value) => value === text);
  if (found !== undefined) return found;
  throw new Error(`${name}=${JSON.stringify(text)} is none of ${values.join(', ')}`);
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`the environment variable ${name} is not set`);
  return value;
}
