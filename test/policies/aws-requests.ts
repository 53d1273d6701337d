import type { Blobs } from '#ports/blobs';
import type { DirectCalls } from '#ports/direct-calls';
import type { Executions } from '#ports/executions';
import type { Notifier } from '#ports/notifier';
import type { Queues } from '#ports/queues';
import type { Sealer } from '#ports/sealer';
import type { Key, TableName, Tables } from '#ports/tables';

/** What IAM decides on: an action on a resource, and what the conditions of policies may ask. */
export interface AwsRequest {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

/** Called with every request that a call makes. */
export type Note = (action: string, resource: string, context?: AwsRequest['context']) => void;

/** For each method of a port the requests that its adapter makes of AWS. */
type RequestsOf<P> = {
  readonly [M in keyof P as P[M] extends (...args: never[]) => Promise<unknown> ? M : never]: P[M] extends (
    ...args: infer A
  ) => unknown
    ? (...args: A) => void
    : never;
};

export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';
export const DEPLOYMENT = 'nova-conductor';

const arn = (service: string, resource: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;

export const tableArn = (table: TableName): string => arn('dynamodb', `table/${DEPLOYMENT}-${table}`);
export const queueArn = (queue: string): string => arn('sqs', `${DEPLOYMENT}-${queue}`);
export const stateMachineArn = (workflow: string): string => arn('states', `stateMachine:${DEPLOYMENT}-${workflow}`);
const executionArn = (workflow: string): string => arn('states', `execution:${DEPLOYMENT}-${workflow}:any`);
const eventBusArn = (): string => arn('events', `event-bus/${DEPLOYMENT}`);
const bucketArn = (): string => `arn:aws:s3:::${DEPLOYMENT}-messages-${ACCOUNT}`;
const keyArn = (): string => arn('kms', 'key/any');

/** Queues of callers and of hosts are as many as there are callers and hosts; which one it is, no policy of ours asks. */
const queueKind = (queue: string): string => queue.replace(/^reply_.*/u, 'reply_any');

/** Where a payload lies: its name is a digest. */
const payloadKind = (key: string): string => key.replace(/[^/]*$/u, 'any').replace(/reply_[^/]*/u, 'reply_any');

/** The first part of a partition key, which names the kind of the record. */
const partitionKind = (partition: string): string => partition.replace(/#.*/u, '#any');

/** The function behind the function URL of a cell. */
export const directFunctionArn = (cell: string): string =>
  arn('lambda', `function:${DEPLOYMENT}-cell-${cell}-object-url:live`);

/** What IAM knows of a request to a function URL. */
const THROUGH_THE_URL = {
  'lambda:FunctionUrlAuthType': 'AWS_IAM',
  'lambda:InvokedViaFunctionUrl': 'true',
} as const;

/** What a direct call asks of IAM: a function URL wants both rights, each with its own condition keys. */
export const directRequests = (note: Note): RequestsOf<DirectCalls> => ({ post: (url) => postDirectly(note, url) });

function postDirectly(note: Note, url: string): void {
  const [cell = ''] = new URL(url).hostname.split('.');
  const { 'lambda:FunctionUrlAuthType': type, 'lambda:InvokedViaFunctionUrl': through } = THROUGH_THE_URL;
  note('lambda:InvokeFunctionUrl', directFunctionArn(cell), { 'lambda:FunctionUrlAuthType': type });
  note('lambda:InvokeFunction', directFunctionArn(cell), { 'lambda:InvokedViaFunctionUrl': through });
}

/** The state machine whose Task waits for a token: one of the emulated service names its execution. */
function stateMachineOf(token: string): string {
  const [, workflow = 'launch'] =
    new RegExp(`:execution:${DEPLOYMENT}-([^:]+):`, 'u').exec(Buffer.from(token, 'base64').toString()) ?? [];
  return stateMachineArn(workflow);
}

/** The requests behind every call of every port that reaches AWS. */
export function awsRequests(note: Note) {
  const useKey = (part: 'data' | 'seal', ...actions: string[]): void => {
    for (const action of actions)
      note(`kms:${action}`, keyArn(), { 'kms:ResourceAliases': [`alias/${DEPLOYMENT}-${part}`] });
  };
  const record = (action: string, table: TableName, ...partitions: string[]): void => {
    note(`dynamodb:${action}`, tableArn(table), {
      'dynamodb:LeadingKeys': [...new Set(partitions.map(partitionKind))],
    });
    useKey('data', 'Decrypt');
  };
  // A write may be the one for which the service makes a new key of the table, in the writer's name.
  const write = (action: string, table: TableName, { pk }: Key): void => {
    record(action, table, pk);
    useKey('data', 'GenerateDataKey');
  };
  const send = (queue: string): void => {
    note('sqs:SendMessage', queueArn(queueKind(queue)));
    useKey('data', 'GenerateDataKey', 'Decrypt');
  };
  const settle = (action: string, token: string): void => note(`states:${action}`, stateMachineOf(token));

  const tables: RequestsOf<Tables> = {
    get: (table, { pk }) => record('GetItem', table, pk),
    batchGet: (keys) => {
      for (const { table, key } of keys) record('BatchGetItem', table, key.pk);
    },
    query: (table, { index, partition }) => {
      if (index === undefined) return record('Query', table, partition);
      // Which partition of an index is read, no policy asks.
      note('dynamodb:Query', `${tableArn(table)}/index/${index}`);
      return useKey('data', 'Decrypt');
    },
    put: (table, item) => write('PutItem', table, item),
    update: (table, key) => write('UpdateItem', table, key),
    delete: (table, key) => write('DeleteItem', table, key),
    transact: (actions) => {
      for (const each of actions) {
        if (each.kind === 'put') write('PutItem', each.table, each.item);
        if (each.kind === 'update') write('UpdateItem', each.table, each.key);
        if (each.kind === 'delete') write('DeleteItem', each.table, each.key);
        if (each.kind === 'check') record('ConditionCheckItem', each.table, each.key.pk);
      }
    },
  };
  const queues: RequestsOf<Queues> = {
    send: (queue) => send(queue),
    sendBatch: (queue) => send(queue),
    changeVisibility: (queue) => note('sqs:ChangeMessageVisibility', queueArn(queue)),
    backlog: (queue) => note('sqs:GetQueueAttributes', queueArn(queueKind(queue))),
  };
  const blobs: RequestsOf<Blobs> = {
    put: (key) => {
      note('s3:PutObject', `${bucketArn()}/${payloadKind(key)}`);
      useKey('data', 'GenerateDataKey');
    },
    get: (key) => {
      note('s3:GetObject', `${bucketArn()}/${payloadKind(key)}`);
      // The service looks whether the caller may know that an object is not there.
      note('s3:ListBucket', bucketArn());
      useKey('data', 'Decrypt');
    },
  };
  const executions: RequestsOf<Executions> = {
    start: (workflow) => note('states:StartExecution', stateMachineArn(workflow)),
    status: (workflow) => note('states:DescribeExecution', executionArn(workflow)),
    succeed: (token) => settle('SendTaskSuccess', token),
    fail: (token) => settle('SendTaskFailure', token),
  };
  const notifier: RequestsOf<Notifier> = { notify: () => note('events:PutEvents', eventBusArn()) };
  const sealer: RequestsOf<Sealer> = {
    seal: () => useKey('seal', 'GenerateDataKey'),
    open: () => useKey('seal', 'Decrypt'),
  };
  return { tables, queues, blobs, executions, notifier, sealer };
}
