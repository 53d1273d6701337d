import { randomUUID } from 'node:crypto';
import type { Clock } from '#ports/clock';
import { QueueDoesNotExist, type Backlog, type OutgoingMessage, type Queues } from '#ports/queues';
import { batchesOf, checkedSize, checkedTexts } from '#adapters/message-size';

export interface QueueSettings {
  /** @default 30 */
  readonly visibilityTimeoutSeconds?: number;
  /** Where a message goes that was received too often. */
  readonly redrive?: { readonly deadLetterQueue: string; readonly maxReceiveCount: number };
}

/** A message as a consumer receives it. */
export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly sentAt: number;
  readonly firstReceivedAt: number;
  readonly approximateReceiveCount: number;
}

/** A request to the queues as SQS bills it; an empty answer of a reader that waits is none, since nobody waits here. */
export interface QueueRequest {
  readonly operation: 'backlog' | 'changeVisibility' | 'delete' | 'receive' | 'send';
  readonly queue: string;
  /** Bytes of the bodies that it carries. */
  readonly bytes: number;
}

interface StoredMessage {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly sentAt: number;
  firstReceivedAt: number | undefined;
  receives: number;
}

/** A message that nobody can receive before its timer ends: delayed, or in the hands of a consumer. */
interface Hidden {
  readonly message: StoredMessage;
  readonly cancel: () => void;
}

interface MemoryQueue {
  readonly settings: QueueSettings;
  readonly ready: Set<StoredMessage>;
  /** By receipt handle, or by message id while a message is delayed. */
  readonly hidden: Map<string, Hidden>;
  readonly listeners: Set<() => void>;
}

/** Most messages of one receive. */
const MOST_MESSAGES = 10;

/** Queues in memory, whose delays and visibility timeouts pass on the clock that they are given. */
export class MemoryQueues implements Queues {
  readonly #clock: Clock;
  readonly #uuid: () => string;
  readonly #onRequest: (request: QueueRequest) => void;
  readonly #queues = new Map<string, MemoryQueue>();

  /** @param options `onRequest` is called with each request */
  constructor(options: {
    readonly clock: Clock;
    readonly uuid?: () => string;
    readonly onRequest?: (request: QueueRequest) => void;
  }) {
    this.#clock = options.clock;
    this.#uuid = options.uuid ?? randomUUID;
    this.#onRequest = options.onRequest ?? (() => undefined);
  }

  /** Makes a queue; one that is there keeps its messages and settings. */
  create(queue: string, settings: QueueSettings = {}): void {
    if (this.#queues.has(queue)) return;
    this.#queues.set(queue, { settings, ready: new Set(), hidden: new Map(), listeners: new Set() });
  }

  /** Removes a queue with all its messages. */
  remove(queue: string): void {
    for (const { cancel } of this.#queues.get(queue)?.hidden.values() ?? []) cancel();
    this.#queues.delete(queue);
  }

  async send(queue: string, message: OutgoingMessage): Promise<void> {
    checkedSize(message);
    checkedTexts(message);
    this.#note('send', queue, [message]);
    this.#accept(this.#queue(queue), message);
  }

  async sendBatch(queue: string, messages: readonly OutgoingMessage[]): Promise<void> {
    const batches = batchesOf(messages);
    const to = this.#queue(queue);
    for (const message of messages) checkedTexts(message);
    for (const batch of batches) {
      this.#note('send', queue, batch);
      for (const message of batch) this.#accept(to, message);
    }
  }

  async backlog(queue: string): Promise<Backlog> {
    this.#note('backlog', queue);
    const found = this.#queues.get(queue);
    const hidden = [...(found?.hidden.values() ?? [])];
    const delayed = hidden.filter(({ message }) => message.receives === 0).length;
    return { waiting: (found?.ready.size ?? 0) + delayed, inFlight: hidden.length - delayed };
  }

  /** Takes messages, which then stay hidden for the visibility timeout. */
  receive(queue: string, most = MOST_MESSAGES): ReceivedMessage[] {
    const from = this.#queue(queue);
    const received: ReceivedMessage[] = [];
    for (const message of from.ready) {
      if (received.length >= most) break;
      from.ready.delete(message);
      if (!this.#putAside(from, message)) received.push(this.#hand(from, message));
    }
    if (received.length > 0) this.#note('receive', queue, received);
    return received;
  }

  /** Deletes messages of one batch for good; a receipt that is no longer good does nothing. */
  delete(queue: string, ...receiptHandles: readonly string[]): void {
    this.#note('delete', queue);
    const from = this.#queue(queue);
    for (const receiptHandle of receiptHandles) {
      from.hidden.get(receiptHandle)?.cancel();
      from.hidden.delete(receiptHandle);
    }
  }

  async changeVisibility(queue: string, receiptHandle: string, seconds: number): Promise<void> {
    this.#note('changeVisibility', queue);
    const from = this.#queue(queue);
    const hidden = from.hidden.get(receiptHandle);
    if (!hidden) return;
    hidden.cancel();
    from.hidden.delete(receiptHandle);
    this.#hide(from, receiptHandle, hidden.message, seconds);
  }

  /** Every message of a queue, oldest first, hidden ones included; nothing is received by looking. */
  messages(queue: string): OutgoingMessage[] {
    const { ready, hidden } = this.#queue(queue);
    const all = [...ready, ...[...hidden.values()].map(({ message }) => message)];
    return all.toSorted((a, b) => a.sentAt - b.sentAt).map(({ body, attributes }) => ({ body, attributes }));
  }

  /** Names of all queues. */
  names(): string[] {
    return [...this.#queues.keys()].toSorted();
  }

  /** Calls back whenever a message becomes ready; the answer ends that. */
  onReady(queue: string, listener: () => void): () => void {
    const { listeners } = this.#queue(queue);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  #note(
    operation: QueueRequest['operation'],
    queue: string,
    messages: readonly { readonly body: string }[] = [],
  ): void {
    const bytes = messages.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
    this.#onRequest({ operation, queue, bytes });
  }

  #accept(to: MemoryQueue, { body, attributes = {}, delaySeconds = 0 }: OutgoingMessage): void {
    const messageId = this.#uuid();
    const sentAt = this.#clock.now();
    const message = { messageId, body, attributes: { ...attributes }, sentAt, firstReceivedAt: undefined, receives: 0 };
    this.#hide(to, messageId, message, delaySeconds);
  }

  #hide(queue: MemoryQueue, handle: string, message: StoredMessage, seconds: number): void {
    if (seconds <= 0) {
      this.#show(queue, message);
      return;
    }
    const cancel = this.#clock.timer(seconds * 1000, () => {
      queue.hidden.delete(handle);
      this.#show(queue, message);
    });
    queue.hidden.set(handle, { message, cancel });
  }

  #show(queue: MemoryQueue, message: StoredMessage): void {
    queue.ready.add(message);
    for (const listener of queue.listeners) listener();
  }

  /** Moves a message that was received often enough to the dead-letter queue. */
  #putAside(from: MemoryQueue, message: StoredMessage): boolean {
    const { redrive } = from.settings;
    if (!redrive || message.receives < redrive.maxReceiveCount) return false;
    this.#show(this.#queue(redrive.deadLetterQueue), message);
    return true;
  }

  #hand(from: MemoryQueue, message: StoredMessage): ReceivedMessage {
    const receiptHandle = this.#uuid();
    message.receives++;
    message.firstReceivedAt ??= this.#clock.now();
    this.#hide(from, receiptHandle, message, from.settings.visibilityTimeoutSeconds ?? 30);
    const { messageId, body, attributes, sentAt, firstReceivedAt, receives } = message;
    return { messageId, receiptHandle, body, attributes, sentAt, firstReceivedAt, approximateReceiveCount: receives };
  }

  #queue(name: string): MemoryQueue {
    const queue = this.#queues.get(name);
    if (!queue) throw new QueueDoesNotExist(`there is no queue ${name}`);
    return queue;
  }
}
