import { Duration } from 'aws-cdk-lib';
import type { Port } from './ports.ts';

/** What a workflow's function may reach and which other workflows its state machine starts. */
export interface WorkflowGrants {
  readonly ports: readonly Port[];
  /** @default none */
  readonly starts?: readonly string[];
  /**
   * How long one step may take.
   *
   * @default 30 seconds
   */
  readonly timeout?: Duration;
}

/** One entry per file in statemachines/; a file without an entry fails synthesis, an entry without a file too. */
export const WORKFLOW_GRANTS: Readonly<Record<string, WorkflowGrants>> = {
  build: {
    ports: [
      'scheduler',
      'placement',
      'network',
      'api-store',
      'cell-store',
      'request-documents',
      'notifier',
      'executions',
      'task-tokens',
    ],
    starts: ['launch'],
    // one step buries, or records in error, all servers of a request
    timeout: Duration.minutes(5),
  },
  'cold-migrate': {
    ports: [
      'scheduler',
      'placement',
      'compute',
      'service-group',
      'api-store',
      'cell-store',
      'request-documents',
      'notifier',
      'replies',
      'task-tokens',
      'execution-status',
    ],
  },
  launch: {
    ports: [
      'scheduler',
      'placement',
      'network',
      'compute',
      'service-group',
      'api-store',
      'cell-store',
      'request-documents',
      'notifier',
      'replies',
      'task-tokens',
    ],
  },
  'live-migrate': {
    ports: [
      'scheduler',
      'placement',
      'compute',
      'service-group',
      'api-store',
      'cell-store',
      'request-documents',
      'notifier',
      'replies',
      'task-tokens',
      'execution-status',
    ],
  },
  rebuild: {
    ports: [
      'scheduler',
      'placement',
      'compute',
      'service-group',
      'api-reader',
      'cell-store',
      'request-documents',
      'notifier',
      'execution-status',
      'task-tokens',
    ],
  },
  unshelve: {
    ports: [
      'scheduler',
      'placement',
      'image',
      'compute',
      'service-group',
      'api-reader',
      'cell-store',
      'request-documents',
      'execution-status',
      'task-tokens',
    ],
  },
};
