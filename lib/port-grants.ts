import { CONDUCTOR_QUEUES, INDEXES, OPEN, SEAL, type Grantee, type Ports } from './ports.ts';

const HOST_QUEUES = 'queues of the hosts, which are made when a host joins';
const REPLY_QUEUES = 'reply queues, which callers make under the prefix of the deployment';

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
  /** Pulses by the function URLs of cells, where hosts are offered them. */
  'direct-pulses': (ports, grantee) => ports.postPulses(grantee),
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
  /** Builds that nobody sees to go on in an execution of launch. */
  relaunches: (ports, grantee) => {
    ports.start(grantee, ['launch']);
    ports.describe(grantee);
  },
} as const satisfies Record<string, (ports: Ports, grantee: Grantee) => void>;

/** Something a function may be granted. */
export type Port = keyof typeof GRANTS;

/** Lets a function use ports. */
export function grantPorts(ports: Ports, grantee: Grantee, granted: readonly Port[]): void {
  // Tables and queues under a customer's key are readable only with the key.
  ports.useKey(grantee, 'data', OPEN, SEAL);
  for (const port of granted) GRANTS[port](ports, grantee);
}
