import type { Bus, Reader, ReceivedMessage } from '#client/bus';
import type { MemoryQueues, ReceivedMessage as StoredMessage } from '#adapters/memory/queues';
import { extendedQueues } from '#adapters/sqs/extended-queues';
import { MemoryBlobs } from '#adapters/memory/blobs';
import type { Blobs } from '#ports/blobs';
import { QueueDoesNotExist, type OutgoingMessage, type Queues } from '#ports/queues';
import { deliveredBody } from '#client/delivered-body';

/** Queues in memory, with readers that are woken by each message. */
export class MemoryBus implements Bus {
  readonly #queues: MemoryQueues;
  readonly #blobs: Blobs;
  readonly #extended: Queues;

  constructor(queues: MemoryQueues, blobs: Blobs = new MemoryBlobs()) {
    this.#queues = queues;
    this.#blobs = blobs;
    this.#extended = extendedQueues(queues, blobs);
  }

  send(queue: string, message: OutgoingMessage): Promise<void> {
    return this.#extended.send(queue, message);
  }

  sendBatch(queue: string, messages: readonly OutgoingMessage[]): Promise<void> {
    return this.#extended.sendBatch(queue, messages);
  }

  async createQueue(queue: string): Promise<void> {
    this.#queues.create(queue);
  }

  async deleteQueue(queue: string): Promise<void> {
    this.#queues.remove(queue);
  }

  read(queue: string, handle: (message: ReceivedMessage) => Promise<void>): Reader {
    const working = new Set<Promise<void>>();
    let reading = true;
    const take = (): void => {
      if (!reading) return;
      for (const message of this.#receive(queue)) {
        const work = this.#handle(queue, message, handle).finally(() => working.delete(work));
        working.add(work);
      }
    };
    // a message is handed over after the sender's own step, never inside it
    const unlisten = this.#queues.onReady(queue, () => queueMicrotask(take));
    queueMicrotask(take);
    return {
      stop: async () => {
        reading = false;
        unlisten();
        await Promise.allSettled(working);
      },
    };
  }

  #receive(queue: string): StoredMessage[] {
    try {
      return this.#queues.receive(queue);
    } catch (error) {
      if (error instanceof QueueDoesNotExist) return [];
      throw error;
    }
  }

  async #handle(queue: string, message: StoredMessage, handle: (message: ReceivedMessage) => Promise<void>) {
    const { messageId: id, attributes, receiptHandle } = message;
    try {
      const body = await deliveredBody(this.#blobs, message);
      await handle({ id, body, attributes });
    } catch {
      return; // comes again when its visibility timeout is over
    }
    this.#delete(queue, receiptHandle);
  }

  #delete(queue: string, receiptHandle: string): void {
    try {
      this.#queues.delete(queue, receiptHandle);
    } catch (error) {
      if (!(error instanceof QueueDoesNotExist)) throw error;
    }
  }
}
