import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { acknowledgeWildcard } from './constructs/acknowledge.ts';
import { CONSUME, QUERY } from './iam-actions.ts';
import type { PortsProps } from './ports-props.ts';
import { CELL_INDEXES, type INDEXES } from './table-indexes.ts';
import { PAYLOADS } from './wildcard-reasons.ts';

type ApiTable = keyof typeof INDEXES;
export type Grantee = IConstruct & IGrantable;

/**
 * What a function may be allowed to do with the resources of a deployment.
 *
 * Tables, queues and keys lie in other stacks, so the policies name them by their fixed names: an export would hold the
 * stacks of the state back as long as a function imports it (docs/adr/0015-stacks-of-state.md).
 */
export class Access {
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

  /**
   * What Lambda needs to take messages from a queue in the function's name, and the function to have one come again
   * later.
   */
  consume(grantee: Grantee, queue: string): void {
    this.#allow(grantee, CONSUME, [this.#props.names.queueArn(queue)]);
  }

  table(grantee: Grantee, table: ApiTable, actions: readonly string[]): void {
    this.#allow(grantee, actions, [this.#props.names.tableArn(table)]);
  }

  indexes(grantee: Grantee, table: ApiTable, indexes: readonly (typeof INDEXES)[ApiTable][number][]): void {
    this.#queryIndexes(grantee, this.#props.names.tableArn(table), indexes);
  }

  /** Does it to the records of the API level whose partitions begin so, in one of several ways. */
  partitions(grantee: Grantee, table: ApiTable, prefix: string | readonly string[], actions: readonly string[]): void {
    Grant.addToPrincipal({
      grantee,
      actions: [...actions],
      resourceArns: [this.#props.names.tableArn(table)],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [prefix].flat().map((each) => `${each}*`) } },
    }).assertSuccess();
  }

  /** The tables of all cells, or that of the only one. */
  cellTables(grantee: Grantee, actions: readonly string[]): void {
    const { cell = '*', names } = this.#props;
    const arn = names.tableArn(`cell-${cell}`);
    this.#allow(grantee, actions, [arn]);
    if (cell === '*')
      acknowledgeWildcard(grantee, arn, 'tables of the cells, which are added without touching the API level');
  }

  /** What hosts' calls do with the records of their cell beyond what workflows do. */
  cellIndexes(grantee: Grantee): void {
    this.#queryIndexes(grantee, this.#props.names.tableArn(`cell-${this.#props.cell}`), CELL_INDEXES);
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

  /** Brings back tokens of executions of these workflows. */
  settle(grantee: Grantee, workflows: readonly string[], actions: readonly string[]): void {
    const { names } = this.#props;
    this.#allow(
      grantee,
      actions,
      workflows.map((workflow) => names.stateMachineArn(workflow)),
    );
  }

  /** Starts executions of the workflows that requests lead to, or of those that are named. */
  start(grantee: Grantee, workflows?: readonly string[]): void {
    const { names, workflows: all } = this.#props;
    this.#allow(
      grantee,
      ['states:StartExecution'],
      (workflows ?? all.filter((each) => each !== CROSS_CELL)).map((workflow) => names.stateMachineArn(workflow)),
    );
  }

  /** Whether executions of these workflows still run. */
  describe(grantee: Grantee, workflows: readonly string[]): void {
    const executions = workflows.map((workflow) => this.#props.names.executionArn(workflow));
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

  #allow(grantee: IGrantable, actions: readonly string[], resourceArns: readonly string[]): void {
    Grant.addToPrincipal({ grantee, actions: [...actions], resourceArns: [...resourceArns] }).assertSuccess();
  }
}

/** No request leads to it: another workflow begins it. */
export const CROSS_CELL = 'cross-cell-resize';
