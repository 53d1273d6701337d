import { describe, expect, it } from 'vitest';
import type { KMSClientConfig } from '@aws-sdk/client-kms';
import { dynamodbClient } from '#adapters/dynamodb/client';
import { DynamoTables } from '#adapters/dynamodb/tables';
import { EventBridgeNotifier } from '#adapters/eventbridge/notifier';
import { KmsSealer } from '#adapters/kms/sealer';
import { S3Blobs } from '#adapters/s3/blobs';
import { SfnExecutions } from '#adapters/sfn/executions';
import { sqsClient } from '#adapters/sqs/client';
import { SqsQueues } from '#adapters/sqs/queues';
import { exists } from '#ports/conditions';
import type { Notification } from '#ports/notifier';
import type { Action } from '#ports/tables';
import { mapOf, listOf } from '#wire/reading';
import type { JsonMap } from '#ports/json';
import { ManualClock } from '../fixtures/manual-clock.ts';
import { awsRequests, DEPLOYMENT } from './aws-requests.ts';

/** What one call sends, as actions of IAM. */
type Sent = string[];

/** IAM's names of what a transaction does to its items. */
const OF_ITEMS: Readonly<Record<string, string>> = {
  ConditionCheck: 'ConditionCheckItem',
  Delete: 'DeleteItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
};

const SERVICES: Readonly<Record<string, string>> = {
  AWSEvents: 'events',
  AWSStepFunctions: 'states',
  AmazonSQS: 'sqs',
  DynamoDB_20120810: 'dynamodb',
  TrentService: 'kms',
};

/** The SDK's names where those of IAM differ. */
const ACTIONS: Readonly<Record<string, string>> = { SendMessageBatch: 'SendMessage' };

/** Actions of IAM behind one request of the SDK; a request without a target is one of S3. */
function actionsOf(method: string, target: string | undefined, body: unknown): string[] {
  if (target === undefined) return [method === 'PUT' ? 's3:PutObject' : 's3:GetObject'];
  const [service = '', operation = ''] = target.split('.');
  const prefix = SERVICES[service] ?? service;
  if (operation !== 'TransactWriteItems') return [`${prefix}:${ACTIONS[operation] ?? operation}`];
  const parsed: JsonMap = JSON.parse(body instanceof Uint8Array ? Buffer.from(body).toString() : String(body));
  return listOf(parsed['TransactItems']).flatMap((item) =>
    Object.keys(mapOf(item)).map((kind) => `${prefix}:${OF_ITEMS[kind] ?? kind}`),
  );
}

/** What is read of a request. */
interface HttpRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A client's configuration under which nothing leaves the process: requests are noted and fail. */
const noting = (sent: Sent) => {
  const requestHandler: NonNullable<KMSClientConfig['requestHandler']> = {
    handle: ({ method, headers, body }: HttpRequest) => {
      sent.push(...actionsOf(method, headers['x-amz-target'], body));
      return Promise.reject(new Error('nothing is sent'));
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return { endpoint: 'http://127.0.0.1:9', region: 'us-east-1', credentials, maxAttempts: 1, requestHandler };
};

const KEY = { pk: 'instance#1', sk: 'instance' };
const ACTIONS_OF_TABLES: readonly Action[] = [
  { kind: 'put', table: 'api', item: KEY },
  { kind: 'update', table: 'api', key: KEY, update: { set: { a: 1 } } },
  { kind: 'delete', table: 'api', key: KEY },
  { kind: 'check', table: 'api', key: KEY, condition: exists },
];
const NOTIFICATION: Notification = {
  family: 'versioned',
  eventType: 'instance.update',
  priority: 'INFO',
  publisherId: 'nova-conductor:host1',
  payload: {},
  messageId: 'message-1',
  timestamp: '2026-01-01 00:00:00.000000',
};

/** The adapters, made for one call. */
function adapters(sent: Sent) {
  const config = noting(sent);
  const deployment = DEPLOYMENT;
  return {
    tables: new DynamoTables({ client: dynamodbClient(config), deployment }),
    queues: new SqsQueues({ client: sqsClient(config), deployment, queueUrlBase: 'http://127.0.0.1:9/1/' }),
    executions: new SfnExecutions({ config, deployment, arnPrefix: 'arn:aws:states:us-east-1:1:' }),
    blobs: new S3Blobs({ config: { ...config, forcePathStyle: true }, bucket: 'messages', deployment }),
    sealer: new KmsSealer({ config, keyId: 'alias/seal', deployment, clock: new ManualClock() }),
    notifier: new EventBridgeNotifier({ config, eventBusName: DEPLOYMENT }),
  };
}

type Ports = ReturnType<typeof adapters>;
type Stated = ReturnType<typeof awsRequests>;

/** Each method of each port, called once: at the adapter, and at the table. */
const CALLS: Readonly<Record<string, (on: Ports | Stated) => unknown>> = {
  'tables.get': ({ tables }) => tables.get('api', KEY),
  'tables.batchGet': ({ tables }) => tables.batchGet([{ table: 'api', key: KEY }]),
  'tables.query': ({ tables }) => tables.query('api', { partition: 'a' }),
  'tables.put': ({ tables }) => tables.put('api', KEY),
  'tables.update': ({ tables }) => tables.update('api', KEY, { set: { a: 1 } }),
  'tables.delete': ({ tables }) => tables.delete('api', KEY),
  'tables.transact': ({ tables }) => tables.transact(ACTIONS_OF_TABLES),
  'queues.send': ({ queues }) => queues.send('network', { body: '{}' }),
  'queues.sendBatch': ({ queues }) => queues.sendBatch('network', [{ body: '{}' }]),
  'queues.backlog': ({ queues }) => queues.backlog('network'),
  'executions.start': ({ executions }) => executions.start('build', 'a', {}),
  'executions.status': ({ executions }) => executions.status('build', 'a'),
  'executions.succeed': ({ executions }) => executions.succeed('token', {}),
  'executions.fail': ({ executions }) => executions.fail('token', 'e', 'c'),
  'blobs.put': ({ blobs }) => blobs.put('nova-conductor/network/0f', '{}'),
  'blobs.get': ({ blobs }) => blobs.get('nova-conductor/network/0f', 1000),
  'sealer.seal': ({ sealer }) => sealer.seal('plain', 'binding'),
  'sealer.open': ({ sealer }) => sealer.open('kms1.a2V5.document', 'binding'),
  'notifier.notify': ({ notifier }) => notifier.notify(NOTIFICATION),
};

/** What the services ask of IAM on their own: the key of a table, queue or bucket, and whether an object may be missing. */
const isOwn = (action: string, context: object): boolean =>
  action === 's3:ListBucket' || JSON.stringify(context).includes('-data"');

/** Two actions of which a call sends either. */
const settles = (action: string): string => action.replace(/SendTask(?:Success|Failure)/u, 'SendTask');

describe('the requests that are stated of a port', () => {
  it.each(Object.entries(CALLS))('are those that its adapter sends: %s', async (_, call) => {
    const sent: Sent = [];
    const stated: Sent = [];

    await Promise.resolve(call(adapters(sent))).catch(() => undefined);
    call(
      awsRequests((action, _resource, context = {}) => {
        if (!isOwn(action, context)) stated.push(action);
      }),
    );

    expect([...new Set(stated.map(settles))]).toEqual([...new Set(sent.map(settles))]);
    expect(sent).not.toEqual([]);
  });

  it('are stated of every method of every port', () => {
    const methods = Object.entries(awsRequests(() => undefined)).flatMap(([port, requests]) =>
      Object.keys(requests).map((method) => `${port}.${method}`),
    );

    expect(Object.keys(CALLS).toSorted()).toEqual(methods.toSorted());
  });
});
