import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { acknowledgeWildcard } from './constructs/acknowledge.ts';
import { CHECK, READ, WRITE, QUERY, SETTLE, CONSUME, OPEN, SEAL } from './iam-actions.ts';
import type { PortsProps } from './ports-props.ts';
import { CELL_INDEXES, INDEXES } from './table-indexes.ts';
import { CONDUCTOR_QUEUES, HOST_QUEUES, PAYLOADS, REPLY_QUEUES } from './wildcard-reasons.ts';

type ApiTable = keyof typeof INDEXES;
type Grantee = IConstruct & IGrantable;

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

  grant(grantee: Grantee, ports: readonly Port[]): void {
    // Tables and queues under a customer's key are readable only with the key.
    this.useKey(grantee, 'data', OPEN, SEAL);
    // What was set at run time, which every function reads.
    this.partitions(grantee, 'api', 'configuration', ['dynamodb:GetItem']);
    for (const port of ports) GRANTS[port](this, grantee);
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
    this.#allow(grantee, access === 'read' ? actions : [...actions, ...CHECK], [arn]);
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

  settle(grantee: Grantee): void {
    const { names, workflows } = this.#props;
    this.#allow(
      grantee,
      SETTLE,
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

  #allow(grantee: IGrantable, actions: readonly string[], resourceArns: readonly string[]): void {
    Grant.addToPrincipal({ grantee, actions: [...actions], resourceArns: [...resourceArns] }).assertSuccess();
  }
}

const CROSS_CELL = 'cross-cell-resize'; // no request leads to it: another workflow begins it

/** The ports of functions/ports and what their default adapters need. */
const GRANTS = {
  scheduler: (ports, grantee) => {
    ports.table(grantee, 'placement', 'read', ['by-capacity', 'by-host']);
    ports.table(grantee, 'api', 'read');
    ports.table(grantee, 'mappings', 'read');
    ports.cellTables(grantee, 'read');
  },
  placement: (ports, grantee) => {
    // Where a cloud decides on claims, nodes and marks of claims are kept here all the same.
    ports.table(grantee, 'placement', 'write');
    ports.cloudOr(grantee, 'placement', () => undefined);
  },
  image: (ports, grantee) => ports.cloudOr(grantee, 'image', () => ports.table(grantee, 'api', 'read')),
  'image-store': (ports, grantee) =>
    ports.cloudOr(grantee, 'image', () =>
      ports.partitions(grantee, 'api', 'image#', ['dynamodb:PutItem', 'dynamodb:DeleteItem']),
    ),
  aggregates: (ports, grantee) => ports.partitions(grantee, 'api', 'aggregates', ['dynamodb:Query']),
  /** Volumes, ports and devices are asked for where a cloud serves them; nobody else does. */
  'block-storage': (ports, grantee) => ports.cloudOr(grantee, 'block-storage', () => undefined),
  'network-ports': (ports, grantee) => ports.cloudOr(grantee, 'network', () => undefined),
  accelerator: (ports, grantee) => ports.cloudOr(grantee, 'accelerator', () => undefined),
  network: (ports, grantee) => ports.cloudOr(grantee, 'network', () => ports.send(grantee, 'network')),
  compute: (ports, grantee) => ports.send(grantee, 'cell-*-host-*', HOST_QUEUES),
  'service-group': (ports, grantee) => {
    ports.cellTables(grantee, 'read');
    // What waits on the way from the hosts makes liveness unknown.
    ports.measureQueues(grantee, 'cell-*-conductor', CONDUCTOR_QUEUES);
  },
  /** An order that waits on the way to its host is not lost. */
  'order-queues': (ports, grantee) => ports.measureQueues(grantee, 'cell-*-host-*', HOST_QUEUES),
  pulses: (ports, grantee) => ports.sendShort(grantee, (cell) => `cell-${cell}-conductor`, CONDUCTOR_QUEUES),
  /** An order to end a guest names one server, and no request. */
  'short-orders': (ports, grantee) => ports.sendShort(grantee, (cell) => `cell-${cell}-host-*`, HOST_QUEUES),
  notifier: (ports, grantee) => ports.notify(grantee),
  'cell-reader': (ports, grantee) => ports.cellTables(grantee, 'read'),
  'cell-store': (ports, grantee) => ports.cellTables(grantee, 'write'),
  /** Whether an execution that is named by a record still runs. */
  'execution-status': (ports, grantee) => ports.describe(grantee),
  /** Mappings, build requests and request specs, and what lies in `api`: flavors, aggregates, groups, quota. */
  'api-store': (ports, grantee) => {
    for (const table of ['mappings', 'build-requests', 'api'] as const) ports.table(grantee, table, 'write');
  },
  'api-reader': (ports, grantee) => {
    for (const table of ['mappings', 'build-requests', 'api'] as const) ports.table(grantee, table, 'read');
  },
  /** What lists of the API level are read by. */
  'api-lists': (ports, grantee) => {
    for (const table of ['mappings', 'build-requests', 'api'] as const) ports.indexes(grantee, table, INDEXES[table]);
  },
  /** Which cell a server is of. */
  'instance-mappings': (ports, grantee) => ports.partitions(grantee, 'mappings', 'instance#', ['dynamodb:GetItem']),
  /** Which cell a server is shown in, where that changes. */
  'instance-cells': (ports, grantee) =>
    ports.partitions(grantee, 'mappings', 'instance#', ['dynamodb:GetItem', 'dynamodb:UpdateItem']),
  /** Which cell a host is of. */
  'host-mappings': (ports, grantee) => ports.partitions(grantee, 'mappings', 'host#', ['dynamodb:GetItem']),
  /** The cells there are. */
  'cell-list': (ports, grantee) => ports.indexes(grantee, 'mappings', ['by-cell']),
  mappings: (ports, grantee) => ports.table(grantee, 'mappings', 'write'),
  /** Principals, where a function enters its own. */
  principals: (ports, grantee) =>
    ports.partitions(grantee, 'mappings', 'principal#', ['dynamodb:GetItem', 'dynamodb:PutItem']),
  /** Build requests and request specs, which share a table. */
  'request-specs': (ports, grantee) => ports.table(grantee, 'build-requests', 'write'),
  'build-specs': (ports, grantee) => ports.partitions(grantee, 'build-requests', 'instance#', ['dynamodb:GetItem']),
  /** Usage of projects, which deletions give back and resizes change. */
  'quota-usage': (ports, grantee) => ports.partitions(grantee, 'api', 'quota#'),
  /** Answers of computes are kept sealed; the workflow that waits opens them. */
  'waiting-calls': (ports, grantee) => {
    ports.table(grantee, 'requests', 'write');
    ports.useKey(grantee, 'seal', SEAL);
  },
  'request-documents': (ports, grantee) => {
    ports.table(grantee, 'requests', 'write');
    ports.useKey(grantee, 'seal', OPEN);
  },
  /** Documents of requests are stored once and read by others. */
  'new-requests': (ports, grantee) => {
    ports.table(grantee, 'requests', 'write');
    ports.useKey(grantee, 'seal', SEAL);
  },
  'request-reader': (ports, grantee) => ports.table(grantee, 'requests', 'read'),
  replies: (ports, grantee) => ports.send(grantee, 'reply_*', REPLY_QUEUES),
  payloads: (ports, grantee) => ports.readPayloads(grantee),
  'task-tokens': (ports, grantee) => ports.settle(grantee),
  executions: (ports, grantee) => {
    ports.start(grantee);
    ports.describe(grantee);
  },
  /** Instances that are built on a host and deleted again: asked for like a publisher's, deleted where they have no host. */
  canaries: (ports, grantee) => {
    ports.sendShort(grantee, () => 'compute-task', HOST_QUEUES);
    ports.sendShort(grantee, (cell) => `cell-${cell}-host-*`, HOST_QUEUES);
    ports.partitions(grantee, 'api', 'canary#', ['dynamodb:GetItem', 'dynamodb:PutItem']);
    ports.partitions(grantee, 'api', 'quota#');
    ports.partitions(grantee, 'mappings', 'instance#', ['dynamodb:GetItem']);
    ports.table(grantee, 'placement', 'write');
  },
  /** Builds that nobody sees to go on in an execution of launch. */
  relaunches: (ports, grantee) => {
    ports.start(grantee, ['launch']);
    ports.describe(grantee);
  },
} as const satisfies Record<string, (ports: Ports, grantee: Grantee) => void>;

/** Something a function may be granted. */
export type Port = keyof typeof GRANTS;
