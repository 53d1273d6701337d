import { Access, CROSS_CELL, type Grantee } from './access.ts';
import {
  BATCH,
  CHECK,
  DELETE,
  FAIL,
  GET,
  OPEN,
  PUT,
  QUERY,
  READ,
  SEAL,
  SETTLE,
  SUCCEED,
  UPDATE,
} from './iam-actions.ts';
import { INDEXES } from './table-indexes.ts';
import { CONDUCTOR_QUEUES, HOST_QUEUES, REPLY_QUEUES } from './wildcard-reasons.ts';

/** What each port lets a function do: a workflow names its ports, and its role follows. */
export class Ports extends Access {
  /** @param own the workflow of the function @default none */
  grant(grantee: Grantee, ports: readonly Port[], own?: string): void {
    // Tables and queues under a customer's key are readable only with the key.
    this.useKey(grantee, 'data', OPEN, SEAL);
    // What was set at run time, which every function reads.
    if (!ports.some((port) => READS_API.has(port))) this.partitions(grantee, 'api', 'configuration', GET);
    for (const port of ports) GRANTS[port](this, grantee, own);
  }
}

/** Workflows that wait for what a server's record shows. */
const WAIT_FOR_RECORDS = ['launch', 'cold-migrate', 'live-migrate', 'rebuild', 'unshelve'];
/** Workflows whose orders a host may give back by a message. */
const GIVEN_BACK = ['launch', 'cold-migrate'];
/** Workflows that wait for answers of hosts alone: their tokens lie with the call. A live migration waits for both. */
const WAIT_FOR_ANSWERS = ['attach-volume', 'cache-images', 'confirm-across-cells', CROSS_CELL, 'revert-across-cells'];

/** Workflows that own a server while they are at work on it. */
const OWNERS = [...WAIT_FOR_RECORDS, 'confirm-across-cells', CROSS_CELL, 'revert-across-cells'];

/** What an API maps. Who may speak lies beside it, which people and the reconciler alone write. */
const MAPPED = ['cell#', 'host#', 'instance#', 'counter#'];

/** The ports of functions/ports and what their default adapters need. */
const GRANTS = {
  /** Beside `placement` and a port to the cells, which read what it reads there. */
  scheduler: (ports, grantee) => {
    ports.indexes(grantee, 'placement', ['by-capacity', 'lookup']);
    ports.table(grantee, 'api', [...GET, ...QUERY]);
    ports.table(grantee, 'mappings', READ);
  },
  placement: (ports, grantee) => {
    // Where a cloud decides on claims, nodes and marks of claims are kept here all the same.
    ports.table(grantee, 'placement', [...READ, ...PUT, ...UPDATE, ...DELETE]);
    ports.cloudOr(grantee, 'placement', () => undefined);
  },
  /** What computes ask Placement for: names lie in partitions of their own. */
  'placement-names': (ports, grantee) => ports.table(grantee, 'placement', QUERY),
  /** Beside `scheduler`, which reads the whole table. */
  image: (ports, grantee) => ports.cloudOr(grantee, 'image', () => undefined),
  'image-store': (ports, grantee) =>
    ports.cloudOr(grantee, 'image', () => ports.partitions(grantee, 'api', 'image#', [...PUT, ...DELETE])),
  aggregates: (ports, grantee) => ports.partitions(grantee, 'api', 'aggregates', QUERY),
  /** Volumes, ports and devices are asked for where a cloud serves them; nobody else does. */
  'block-storage': (ports, grantee) => ports.cloudOr(grantee, 'block-storage', () => undefined),
  'network-ports': (ports, grantee) => ports.cloudOr(grantee, 'network', () => undefined),
  /** Requests for devices are taken for a server. */
  accelerator: (ports, grantee) => {
    let isOfCloud = true;
    ports.cloudOr(grantee, 'accelerator', () => (isOfCloud = false));
    if (isOfCloud) ports.partitions(grantee, 'requests', 'arq#', PUT);
  },
  network: (ports, grantee) => ports.cloudOr(grantee, 'network', () => ports.send(grantee, 'network')),
  compute: (ports, grantee) => ports.send(grantee, 'cell-*-host-*', HOST_QUEUES),
  /** Beside a port to the cells: what waits on the way from the hosts makes liveness unknown. */
  'service-group': (ports, grantee) => ports.measureQueues(grantee, 'cell-*-conductor', CONDUCTOR_QUEUES),
  /** An order that waits on the way to its host is not lost. */
  'order-queues': (ports, grantee) => ports.measureQueues(grantee, 'cell-*-host-*', HOST_QUEUES),
  pulses: (ports, grantee) => ports.sendShort(grantee, (cell) => `cell-${cell}-conductor`, CONDUCTOR_QUEUES),
  /** An order to end a guest names one server, and no request. */
  'short-orders': (ports, grantee) => ports.sendShort(grantee, (cell) => `cell-${cell}-host-*`, HOST_QUEUES),
  notifier: (ports, grantee) => ports.notify(grantee),
  'cell-reader': (ports, grantee) => ports.cellTables(grantee, [...READ, ...QUERY]),
  /** Members of a server group lie in any cell. */
  'cell-members': (ports, grantee) => ports.cellTables(grantee, BATCH),
  /** Servers by their keys, and changes of them. */
  'cell-instances': (ports, grantee) => ports.cellTables(grantee, [...READ, ...UPDATE]),
  /** One server by its key, and changes of it. */
  'cell-instance': (ports, grantee) => ports.cellTables(grantee, [...GET, ...UPDATE]),
  /** What belongs to a server. */
  'cell-lists': (ports, grantee) => ports.cellTables(grantee, QUERY),
  'cell-store': (ports, grantee) => ports.cellTables(grantee, [...READ, ...QUERY, ...UPDATE]),
  /** Whole records that are new in a cell. */
  'cell-entries': (ports, grantee) => ports.cellTables(grantee, PUT),
  /** Records that leave a cell. */
  'cell-removals': (ports, grantee) => ports.cellTables(grantee, DELETE),
  /** All that hosts' calls do with the records of their cell. */
  'cell-records': (ports, grantee) => {
    ports.cellTables(grantee, [...READ, ...QUERY, ...PUT, ...UPDATE, ...DELETE, ...CHECK]);
    ports.cellIndexes(grantee);
  },
  /** Whether another operation on the server still runs: a launch keeps nobody away. */
  'execution-status': (ports, grantee) =>
    ports.describe(
      grantee,
      OWNERS.filter((workflow) => workflow !== 'launch'),
    ),
  /** Mappings, build requests and request specs, and what lies in `api`: flavors, aggregates, groups. */
  'api-store': (ports, grantee) => {
    ports.table(grantee, 'mappings', READ);
    ports.partitions(grantee, 'mappings', MAPPED, [...UPDATE, ...DELETE]);
    ports.table(grantee, 'build-requests', [...READ, ...UPDATE, ...DELETE]);
    ports.table(grantee, 'api', [...READ, ...QUERY, ...PUT, ...UPDATE, ...DELETE]);
  },
  'api-reader': (ports, grantee) => {
    for (const table of ['mappings', 'build-requests'] as const) ports.table(grantee, table, READ);
    ports.table(grantee, 'api', [...READ, ...QUERY]);
  },
  /** What lists of the API level are read by. */
  'api-lists': (ports, grantee) => {
    for (const table of ['mappings', 'build-requests', 'api'] as const) ports.indexes(grantee, table, INDEXES[table]);
  },
  /** Servers that come to be, or never do: beside `scheduler`, which reads the mappings. */
  'new-instances': (ports, grantee) => {
    ports.partitions(grantee, 'mappings', 'instance#', [...UPDATE, ...DELETE]);
    ports.table(grantee, 'build-requests', [...BATCH, ...DELETE]);
  },
  /** Which cell a server is of. */
  'instance-mappings': (ports, grantee) => ports.partitions(grantee, 'mappings', 'instance#', GET),
  /** Which cell a server is shown in, where that changes. */
  'instance-cells': (ports, grantee) => ports.partitions(grantee, 'mappings', 'instance#', [...GET, ...UPDATE]),
  /** Which cell a host is of. */
  'host-mappings': (ports, grantee) => ports.partitions(grantee, 'mappings', 'host#', GET),
  /** The cells there are. */
  'cell-list': (ports, grantee) => ports.indexes(grantee, 'mappings', ['by-cell']),
  /** Servers are entered, and principals looked up. */
  mappings: (ports, grantee) => {
    ports.table(grantee, 'mappings', GET);
    ports.partitions(grantee, 'mappings', 'instance#', PUT);
  },
  /** Servers that are recorded before they are mapped to a cell. */
  'existing-instances': (ports, grantee) => {
    ports.indexes(grantee, 'mappings', ['by-cell']);
    ports.table(grantee, 'mappings', BATCH);
    ports.cellTables(grantee, BATCH);
  },
  /** Principals, where a function enters its own. */
  principals: (ports, grantee) => ports.partitions(grantee, 'mappings', 'principal#', [...GET, ...PUT]),
  'request-specs': (ports, grantee) => ports.table(grantee, 'build-requests', [...GET, ...UPDATE]),
  /** Several request specs, or one with other records. */
  'many-specs': (ports, grantee) => ports.table(grantee, 'build-requests', BATCH),
  /** Build requests and request specs, which share a table, of a request that is stored. */
  'new-specs': (ports, grantee) => ports.table(grantee, 'build-requests', [...BATCH, ...PUT, ...UPDATE]),
  'build-specs': (ports, grantee) => ports.partitions(grantee, 'build-requests', 'instance#', GET),
  /** Limits of projects and of users. */
  'quota-limits': (ports, grantee) => ports.table(grantee, 'api', BATCH),
  /** Usage of projects, which builds take, deletions give back and resizes change. */
  'quota-usage': (ports, grantee) => ports.partitions(grantee, 'api', 'quota#', UPDATE),
  /** Answers of computes are kept sealed; the workflow that waits opens them. */
  'waiting-calls': (ports, grantee) => {
    ports.partitions(grantee, 'requests', 'call#', [...GET, ...UPDATE]);
    ports.useKey(grantee, 'seal', SEAL);
  },
  'request-documents': (ports, grantee) => {
    ports.table(grantee, 'requests', [...GET, ...UPDATE]);
    ports.useKey(grantee, 'seal', OPEN);
  },
  /** Documents of several servers, or one with other records. */
  'request-parts': (ports, grantee) => ports.table(grantee, 'requests', BATCH),
  /** Documents of requests are stored once and read by others. */
  'new-requests': (ports, grantee) => {
    ports.table(grantee, 'requests', PUT);
    ports.useKey(grantee, 'seal', SEAL);
  },
  replies: (ports, grantee) => ports.send(grantee, 'reply_*', REPLY_QUEUES),
  payloads: (ports, grantee) => ports.readPayloads(grantee),
  /** A step that finds its Task done settles it itself. */
  'own-tokens': (ports, grantee, own = '') => ports.settle(grantee, [own], SETTLE),
  /** The same where a host answered before. */
  'own-answers': (ports, grantee, own = '') => ports.settle(grantee, [own], SUCCEED),
  /** What hosts write says that an operation is done. */
  'settled-tokens': (ports, grantee) => {
    ports.partitions(grantee, 'requests', 'waiting-task#', GET);
    ports.settle(grantee, WAIT_FOR_RECORDS, SUCCEED);
  },
  /** A host answers a call. */
  'answered-tokens': (ports, grantee) => ports.settle(grantee, WAIT_FOR_ANSWERS, SUCCEED),
  /** What is done, or waits for a host that is down, and was not said by anybody. */
  'left-tokens': (ports, grantee) => {
    ports.partitions(grantee, 'requests', 'waiting-task#', GET);
    ports.settle(grantee, WAIT_FOR_RECORDS, SETTLE);
  },
  /** A host gives a build, or a move, back to the execution that owns it. */
  'given-back-tokens': (ports, grantee) => {
    ports.partitions(grantee, 'requests', 'waiting-task#', GET);
    ports.settle(grantee, GIVEN_BACK, FAIL);
    ports.describe(grantee, GIVEN_BACK);
  },
  executions: (ports, grantee) => ports.start(grantee),
  /**
   * Instances that are built on a host and deleted again: asked for like a publisher's, deleted where they have no
   * host.
   */
  canaries: (ports, grantee) => {
    ports.sendShort(grantee, () => 'compute-task', HOST_QUEUES);
    ports.sendShort(grantee, (cell) => `cell-${cell}-host-*`, HOST_QUEUES);
    ports.partitions(grantee, 'api', 'canary#', [...GET, ...PUT]);
    ports.partitions(grantee, 'api', 'quota#', UPDATE);
    ports.partitions(grantee, 'mappings', 'instance#', GET);
    ports.table(grantee, 'placement', [...READ, ...PUT, ...UPDATE, ...DELETE]);
  },
  /** Builds that nobody sees to go on in an execution of launch. */
  relaunches: (ports, grantee) => {
    ports.start(grantee, ['launch']);
    ports.describe(grantee, OWNERS);
  },
} as const satisfies Record<string, (ports: Ports, grantee: Grantee, own?: string) => void>;

/** Something a function may be granted. */
export type Port = keyof typeof GRANTS;

/** Ports that a service of a cloud answers, where the deployment names that service. */
const CLOUD_SERVICES: Readonly<Partial<Record<Port, string>>> = {
  placement: 'placement',
  image: 'image',
  'image-store': 'image',
  network: 'network',
  'network-ports': 'network',
  'block-storage': 'block-storage',
  accelerator: 'accelerator',
};

/** Whether any of these ports is answered by a service of a cloud, of those that a deployment names. */
export const asksCloud = (ports: readonly Port[], services: readonly string[] = []): boolean =>
  ports.some((port) => services.includes(CLOUD_SERVICES[port] ?? ''));

/** Those that read the whole table `api`, in which the configuration lies. */
const READS_API: ReadonlySet<Port> = new Set<Port>(['scheduler', 'api-store', 'api-reader']);
