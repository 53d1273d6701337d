import { Duration } from 'aws-cdk-lib';
import type { Port } from './ports.ts';

/** What a workflow's function may reach and which other workflows its state machine starts. */
export interface WorkflowGrants {
  /** Beside those of `base`. */
  readonly ports: readonly Port[];
  /** What its steps do with claims, records and requests. @default BASE_PORTS */
  readonly base?: readonly Port[];
  /** @default none */
  readonly starts?: readonly string[];
  /**
   * How long one step may take.
   *
   * @default 30 seconds
   */
  readonly timeout?: Duration;
}

/** What the steps of a workflow on servers do: claim for a server, see to its records, and read the request. */
export const BASE_PORTS: readonly Port[] = ['placement', 'cell-store', 'request-documents'];

/** What gives a server to a host and waits for it: the order, whether the host lives, and the token of the wait. */
const HOSTS: readonly Port[] = ['compute', 'service-group', 'order-queues', 'own-tokens'];

/** One entry per file in statemachines/; a file without an entry fails synthesis, an entry without a file too. */
export const WORKFLOW_GRANTS: Readonly<Record<string, WorkflowGrants>> = {
  // a server is reported, and nothing is claimed
  'attach-volume': {
    base: ['cell-instances', 'cell-lists', 'request-documents'],
    ports: ['instance-mappings', 'compute', 'service-group', 'own-answers', 'replies', 'block-storage'],
  },
  build: {
    base: ['placement', 'cell-instances', 'request-documents'],
    ports: [
      'scheduler',
      'cell-list',
      'network',
      'accelerator',
      'cell-entries',
      'new-instances',
      'quota-limits',
      'quota-usage',
      'request-parts',
      'notifier',
    ],
    starts: ['launch'],
    // one step buries, or records in error, all servers of a request
    timeout: Duration.minutes(5),
  },
  // hosts are asked, and no server is touched
  'cache-images': {
    base: ['request-documents'],
    ports: ['host-mappings', 'compute', 'cell-reader', 'service-group', 'own-answers', 'notifier'],
  },
  'cold-migrate': {
    ports: [
      'scheduler',
      'network-ports',
      ...HOSTS,
      'cell-entries',
      'request-parts',
      'many-specs',
      'request-specs',
      'notifier',
      'replies',
      'execution-status',
    ],
    starts: ['cross-cell-resize'],
  },
  'confirm-across-cells': {
    ports: [
      'instance-mappings',
      'host-mappings',
      'compute',
      'service-group',
      'own-answers',
      'cell-removals',
      'build-specs',
      'notifier',
      'replies',
      'execution-status',
    ],
  },
  'cross-cell-resize': {
    ports: [
      'compute',
      'service-group',
      'own-answers',
      'cell-entries',
      'cell-removals',
      'host-mappings',
      'instance-cells',
      'request-specs',
      'aggregates',
      'image-store',
      'network-ports',
      'block-storage',
      'quota-usage',
      'notifier',
      'replies',
    ],
    timeout: Duration.minutes(1),
  },
  launch: {
    ports: [
      'scheduler',
      'cell-list',
      'network',
      'block-storage',
      'accelerator',
      ...HOSTS,
      'cell-entries',
      'cell-removals',
      'new-instances',
      'build-specs',
      'quota-limits',
      'quota-usage',
      'request-parts',
      'notifier',
    ],
  },
  'live-migrate': {
    ports: [
      'scheduler',
      'network-ports',
      ...HOSTS,
      'cell-entries',
      'request-parts',
      'notifier',
      'replies',
      'execution-status',
    ],
  },
  rebuild: {
    ports: ['scheduler', 'network-ports', 'accelerator', ...HOSTS, 'notifier', 'execution-status'],
  },
  'revert-across-cells': {
    ports: [
      'instance-cells',
      'host-mappings',
      'compute',
      'service-group',
      'own-answers',
      'cell-entries',
      'cell-removals',
      'build-specs',
      'block-storage',
      'quota-usage',
      'notifier',
      'replies',
      'execution-status',
    ],
  },
  unshelve: {
    ports: ['scheduler', 'image', 'quota-limits', 'network-ports', 'accelerator', ...HOSTS, 'execution-status'],
  },
};
