import { CONDUCTOR_VISIBILITY_SECONDS } from '#ports/conductor-queue';
import { cellQueue } from '#ports/host-queue';

/** A queue with its dead-letter queue, named without the deployment's prefix. */
export interface QueueSchema {
  readonly queue: string;
  readonly deadLetterQueue: string;
  /** Receives before a message is put aside. */
  readonly maxReceiveCount: number;
  readonly visibilityTimeoutSeconds: number;
}

/** What an invocation of a function may use. */
export interface FunctionLimits {
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
}

/** The functions behind queues, by the ends of their names. */
export const QUEUE_FUNCTIONS = {
  'task-rpc': { timeoutSeconds: 60, memoryMb: 1024 },
  'object-rpc': { timeoutSeconds: 10, memoryMb: 256 },
} as const satisfies Readonly<Record<string, FunctionLimits>>;

const schema = (queue: string, settings: Omit<QueueSchema, 'queue' | 'deadLetterQueue'>): QueueSchema => ({
  queue,
  deadLetterQueue: `${queue}-dlq`,
  ...settings,
});

const conductorQueue = (queue: string): QueueSchema =>
  schema(queue, { maxReceiveCount: 1000, visibilityTimeoutSeconds: CONDUCTOR_VISIBILITY_SECONDS });

/**
 * The queues of a deployment with the values that its templates have; the queues of hosts and of replies are made
 * later, by those who read them.
 */
export const queueSchemas = (cells: readonly string[]): QueueSchema[] => [
  schema('compute-task', { maxReceiveCount: 1000, visibilityTimeoutSeconds: 120 }),
  conductorQueue('conductor'),
  schema('network', { maxReceiveCount: 5, visibilityTimeoutSeconds: 180 }),
  ...cells.filter((cell) => cell !== 'cell0').map((cell) => conductorQueue(cellQueue(cell))),
];
