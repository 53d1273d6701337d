import type { Queues } from '#ports/queues';

/** A message as its reader gets it. */
export interface ReceivedMessage {
  readonly id: string;
  readonly body: string;
  /** Message attributes, all of them text. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Somebody at work on the messages of a queue. */
export interface Reader {
  /** Takes no more messages; resolves when those taken are done with. */
  stop(): Promise<void>;
}

/** Queues by name, without the deployment's prefix, to send to and to read from. */
export interface Bus extends Omit<Queues, 'backlog' | 'changeVisibility'> {
  /** Makes the queue; nothing happens when it is there. */
  createQueue(queue: string): Promise<void>;
  /** Deletes the queue with what is in it; nothing happens when it is gone. */
  deleteQueue(queue: string): Promise<void>;
  /** Hands over each message: it is deleted once the promise resolves, and is delivered again when it rejects. */
  read(queue: string, handle: (message: ReceivedMessage) => Promise<void>): Reader;
}
