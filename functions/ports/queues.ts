/** A message to a queue of the deployment. */
export interface OutgoingMessage {
  readonly body: string;
  /** Message attributes, all of them text. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly delaySeconds?: number;
}

/**
 * Sends to queues by name, without the deployment's prefix (`cell-cell1-host-host1`, `reply_0f…`).
 *
 * @throws QueueDoesNotExist when the queue is gone
 * @throws MessageTooLong when body and attributes exceed 1,048,576 bytes
 * @throws QueueThrottled when the same call may be tried again
 */
export interface Queues {
  send(queue: string, message: OutgoingMessage): Promise<void>;
  /** Sends any number of messages to one queue in as few requests as the service takes (10 messages, 1 MiB). */
  sendBatch(queue: string, messages: readonly OutgoingMessage[]): Promise<void>;
  /** About how many messages lie in a queue; none for a queue that is not there. */
  backlog(queue: string): Promise<Backlog>;
  /**
   * Has a received message come again after so many seconds from now; a receipt that is no longer good changes nothing.
   */
  changeVisibility(queue: string, receiptHandle: string, seconds: number): Promise<void>;
}

/** Messages in a queue. */
export interface Backlog {
  /** Can be received, now or after their delay. */
  readonly waiting: number;
  /** Were received, and are not deleted yet. */
  readonly inFlight: number;
}

/** The queue is not there (any more). */
export class QueueDoesNotExist extends Error {
  override readonly name = 'QueueDoesNotExist' as const;
}

/** More than a queue takes in one message. */
export class MessageTooLong extends Error {
  override readonly name = 'MessageTooLong' as const;
}

/** What carries messages refused the request for now: a queue, the store of long payloads, the notification bus. */
export class QueueThrottled extends Error {
  override readonly name = 'QueueThrottled' as const;
}
