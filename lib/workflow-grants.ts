import { Duration } from 'aws-cdk-lib';
import type { Port } from './ports.ts';

/** What a workflow's function may reach and which other workflows its state machine starts. */
export interface WorkflowGrants {
  /** Beside BASE_PORTS. */
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

/** What the steps of every workflow do: place a server, see to its records, read the request, give tokens out. */
export const BASE_PORTS: readonly Port[] = ['scheduler', 'placement', 'cell-store', 'request-documents', 'task-tokens'];

/** One entry per file in statemachines/; a file without an entry fails synthesis, an entry without a file too. */
export const WORKFLOW_GRANTS: Readonly<Record<string, WorkflowGrants>> = {
  build: {
    ports: ['network', 'api-store', 'notifier', 'executions'],
    starts: ['launch'],
    // one step buries, or records in error, all servers of a request
    timeout: Duration.minutes(5),
  },
  'cold-migrate': {
    ports: ['compute', 'service-group', 'api-store', 'notifier', 'replies', 'execution-status'],
  },
  launch: {
    ports: ['network', 'compute', 'service-group', 'api-store', 'notifier', 'replies'],
  },
  'live-migrate': {
    ports: ['compute', 'service-group', 'api-store', 'notifier', 'replies', 'execution-status'],
  },
  rebuild: {
    ports: ['compute', 'service-group', 'api-reader', 'notifier', 'execution-status'],
  },
  unshelve: {
    ports: ['image', 'compute', 'service-group', 'api-reader', 'execution-status'],
  },
};
