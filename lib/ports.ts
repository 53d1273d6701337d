import { LOOKUP } from '#ports/index-attribute';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { acknowledgeWildcard } from './constructs/acknowledge.ts';
import type { Names } from './names.ts';

const READ = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:ConditionCheckItem'];
const WRITE = [...READ, 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'];
/** An index is queried, and nothing else. */
const QUERY = ['dynamodb:Query'];
const SETTLE = ['states:SendTaskSuccess', 'states:SendTaskFailure'];
export const OPEN = 'kms:Decrypt';
export const SEAL = 'kms:GenerateDataKey';
const CONSUME = ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'];

/** Indexes of the API level's tables, so that a grant names them one by one. */
export const INDEXES = {
  mappings: ['by-cell', 'by-project'],
  'build-requests': ['by-project'],
  api: ['by-project'],
  requests: [],
  placement: ['by-host', 'by-capacity'],
} as const satisfies Record<string, readonly string[]>;

/** Indexes of every cell's table. */
export const CELL_INDEXES = ['by-host', LOOKUP] as const;

type ApiTable = keyof typeof INDEXES;
export type Grantee = IConstruct & IGrantable;
type Conditions = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface PortsProps {
  readonly names: Names;
  /** Workflows whose executions the functions start and settle. */
  readonly workflows: readonly string[];
  /**
   * The only cell whose records are reached.
   *
   * @default every cell, those added later included
   */
  readonly cell?: string;
  /**
   * Services that a cloud serves in place of the deployment's own, and the secret of its credential.
   *
   * @default none
   */
  readonly cloud?: { readonly services: readonly string[]; readonly credentialSecret: string };
}

/**
 * What each port lets a function do: a workflow names its ports, and its role follows.
 *
 * Tables, queues and keys lie in other stacks, so the policies name them by their fixed names: an export would hold the
 * stacks of the state back as long as a function imports it (docs/adr/0015-stacks-of-state.md).
 */
export class Ports {
  readonly #props: PortsProps;

  constructor(props: PortsProps) {
    this.#props = props;
  }

  /** A policy knows a key of another stack by its alias alone. */
  useKey(grantee: Grantee, part: 'data' | 'seal', ...actions: readonly string[]): void {
    const every = this.#props.names.anyKeyArn();
    Grant.addToPrincipal({
      grantee,
      actions: [...actions],
      resourceArns: [every],
      conditions: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': this.#props.names.keyAlias(part) } },
    }).assertSuccess();
    acknowledgeWildcard(grantee, every, 'the condition leaves the one key that has the alias of the deployment');
  }

  /** What Lambda needs to take messages from a queue in the function's name, and the function to have one come again later. */
  consume(grantee: Grantee, queue: string): void {
    this.#allow(grantee, CONSUME, [this.#props.names.queueArn(queue)]);
  }

  table(
    grantee: Grantee,
    table: ApiTable,
    access: 'read' | 'write',
    indexes: readonly (typeof INDEXES)[ApiTable][number][] = [],
  ): void {
    const arn = this.#props.names.tableArn(table);
    this.#allow(grantee, access === 'read' ? READ : WRITE, [arn]);
    this.indexes(grantee, table, indexes);
  }

  indexes(grantee: Grantee, table: ApiTable, indexes: readonly (typeof INDEXES)[ApiTable][number][]): void {
    this.#queryIndexes(grantee, this.#props.names.tableArn(table), indexes);
  }

  /** Writes the records of the API level whose partitions begin so. */
  partitions(grantee: Grantee, table: ApiTable, prefix: string, actions: readonly string[] = WRITE): void {
    Grant.addToPrincipal({
      grantee,
      actions: [...actions],
      resourceArns: [this.#props.names.tableArn(table)],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${prefix}*`] } },
    }).assertSuccess();
  }

  cellTables(grantee: Grantee, access: 'read' | 'write'): void {
    const { cell, names } = this.#props;
    const actions = access === 'read' ? READ : WRITE;
    if (cell === undefined) {
      const every = names.tableArn('cell-*');
      this.#allow(grantee, actions, [every]);
      acknowledgeWildcard(grantee, every, 'tables of the cells, which are added without touching the API level');
      return;
    }
    const arn = names.tableArn(`cell-${cell}`);
    this.#allow(grantee, actions, [arn]);
    this.#queryIndexes(grantee, arn, CELL_INDEXES);
  }

  /** To send is also to store what is too long for a message. */
  send(grantee: Grantee, queue: string, reason?: string): void {
    const arn = this.#props.names.queueArn(queue);
    const payloads = this.#props.names.payloadArn(queue);
    this.#allow(grantee, ['sqs:SendMessage'], [arn]);
    this.#allow(grantee, ['s3:PutObject'], [payloads]);
    if (reason !== undefined) acknowledgeWildcard(grantee, arn, reason);
    acknowledgeWildcard(grantee, payloads, PAYLOADS);
  }

  /** Without the list a payload that is gone looks like one that is forbidden. */
  readPayloads(grantee: Grantee): void {
    const { names } = this.#props;
    this.#allow(grantee, ['s3:GetObject'], [names.payloadArn()]);
    this.#allow(grantee, ['s3:ListBucket'], [names.messageBucketArn()]);
    acknowledgeWildcard(grantee, names.payloadArn(), PAYLOADS);
  }

  /** How many messages wait in queues that are made later. */
  measureQueues(grantee: Grantee, queues: string, reason: string): void {
    const arn = this.#props.names.queueArn(queues);
    this.#allow(grantee, ['sqs:GetQueueAttributes'], [arn]);
    acknowledgeWildcard(grantee, arn, reason);
  }

  /** What has a short body: nothing of it is stored elsewhere. */
  sendShort(grantee: Grantee, queuesOf: (cell: string) => string, reason: string): void {
    const { cell = '*', names } = this.#props;
    const arn = names.queueArn(queuesOf(cell));
    this.#allow(grantee, ['sqs:SendMessage'], [arn]);
    if (queuesOf(cell).includes('*')) acknowledgeWildcard(grantee, arn, reason);
  }

  /** Both rights are needed for a function URL; the second opens nothing but that way. */
  postPulses(grantee: Grantee): void {
    const { cell, names } = this.#props;
    const arn = names.directFunctionArn(cell);
    this.#allow(grantee, ['lambda:InvokeFunctionUrl'], [arn], {
      StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' },
    });
    this.#allow(grantee, ['lambda:InvokeFunction'], [arn], { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } });
    if (cell === undefined) acknowledgeWildcard(grantee, arn, FUNCTION_URLS);
  }

  settle(grantee: Grantee): void {
    const { names, workflows } = this.#props;
    this.#allow(
      grantee,
      SETTLE,
      workflows.map((workflow) => names.stateMachineArn(workflow)),
    );
  }

  /** Starts executions of the workflows, or of those that are named. */
  start(grantee: Grantee, workflows: readonly string[] = this.#props.workflows): void {
    const { names } = this.#props;
    this.#allow(
      grantee,
      ['states:StartExecution'],
      workflows.map((workflow) => names.stateMachineArn(workflow)),
    );
  }

  describe(grantee: Grantee): void {
    const executions = this.#props.workflows.map((workflow) => this.#props.names.executionArn(workflow));
    this.#allow(grantee, ['states:DescribeExecution'], executions);
    for (const arn of executions) acknowledgeWildcard(grantee, arn, 'executions are named after their requests');
  }

  /** A service of a cloud is reached by its credential; another one by what the deployment's own adapter needs. */
  cloudOr(grantee: Grantee, service: string, own: () => void): void {
    const { cloud, names } = this.#props;
    if (!cloud?.services.includes(service)) own();
    else this.#allow(grantee, ['secretsmanager:GetSecretValue'], [names.secretArn(cloud.credentialSecret)]);
  }

  notify(grantee: Grantee): void {
    this.#allow(grantee, ['events:PutEvents'], [this.#props.names.eventBusArn()]);
  }

  #queryIndexes(grantee: Grantee, table: string, indexes: readonly string[]): void {
    if (indexes.length === 0) return;
    this.#allow(
      grantee,
      QUERY,
      indexes.map((index) => `${table}/index/${index}`),
    );
  }

  #allow(
    grantee: IGrantable,
    actions: readonly string[],
    resourceArns: readonly string[],
    conditions?: Conditions,
  ): void {
    Grant.addToPrincipal({
      grantee,
      actions: [...actions],
      resourceArns: [...resourceArns],
      ...(conditions === undefined ? {} : { conditions }),
    }).assertSuccess();
  }
}

const FUNCTION_URLS = 'function URLs of the cells, which are added without touching the API level';
const PAYLOADS = 'payloads are named by a digest';
export const CONDUCTOR_QUEUES = 'conductor queues of the cells, which are added without touching the API level';
