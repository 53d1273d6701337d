import { cellQueue } from '#ports/host-queue';

/** A queue with its dead-letter queue, named without the deployment's prefix. */
export interface QueueSchema {
  readonly queue: string;
  readonly deadLetterQueue: string;
  /** Receives before a message is put aside. */
  readonly maxReceiveCount: number;
  readonly visibilityTimeoutSeconds: number;
}

const schema = (queue: string): QueueSchema => ({
  queue,
  deadLetterQueue: `${queue}-dlq`,
  maxReceiveCount: 5,
  visibilityTimeoutSeconds: 30,
});

/** The queues of a deployment; the queues of hosts and of replies are made later, by those who read them. */
export const queueSchemas = (cells: readonly string[]): QueueSchema[] => [
  schema('compute-task'),
  schema('conductor'),
  schema('network'),
  ...cells.filter((cell) => cell !== 'cell0').map((cell) => schema(cellQueue(cell))),
];
