import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type MessageAttributeValue,
  type SendMessageBatchRequestEntry,
} from '@aws-sdk/client-sqs';
import {
  MessageTooLong,
  QueueDoesNotExist,
  QueueThrottled,
  type Backlog,
  type OutgoingMessage,
  type Queues,
} from '#ports/queues';
import { batchesOf, checkedSize } from '../message-size.ts';
import { isMissingQueue } from './missing-queue.ts';
import type { SqsBatchFailure, SqsClient } from './sqs-client.ts';
import { isTransientCode, transientAs } from '../transient-errors.ts';

export interface SqsQueuesOptions {
  readonly client: SqsClient;
  /** What all queue addresses begin with, for instance `https://sqs.eu-west-1.amazonaws.com/123456789012/`. */
  readonly queueUrlBase: string;
  /** Every queue's name begins with it and a dash. */
  readonly deployment: string;
}

/** How SQS names a receipt whose message is deleted, or can be received again. */
const NO_LONGER_GOOD: ReadonlySet<string> = new Set([
  'MessageNotInflight',
  'ReceiptHandleIsInvalid',
  'InvalidParameterValue',
]);

/** The queues of SQS. */
export class SqsQueues implements Queues {
  readonly #client: SqsClient;
  readonly #prefix: string;

  constructor({ client, queueUrlBase, deployment }: SqsQueuesOptions) {
    this.#client = client;
    this.#prefix = `${queueUrlBase.replace(/\/$/u, '')}/${deployment}-`;
  }

  async send(queue: string, message: OutgoingMessage): Promise<void> {
    checkedSize(message);
    const command = new SendMessageCommand({ QueueUrl: this.#prefix + queue, ...content(message) });
    await asked(queue, () => this.#client.send(command));
  }

  async sendBatch(queue: string, messages: readonly OutgoingMessage[]): Promise<void> {
    const sent = await Promise.allSettled(batchesOf(messages).map((batch) => this.#sendOne(queue, batch)));
    for (const outcome of sent) if (outcome.status === 'rejected') throw outcome.reason;
  }

  async backlog(queue: string): Promise<Backlog> {
    const names = [
      'ApproximateNumberOfMessages',
      'ApproximateNumberOfMessagesDelayed',
      'ApproximateNumberOfMessagesNotVisible',
    ] as const;
    const command = new GetQueueAttributesCommand({ QueueUrl: this.#prefix + queue, AttributeNames: [...names] });
    try {
      const { Attributes } = await asked(queue, () => this.#client.send(command));
      const [visible = 0, delayed = 0, inFlight = 0] = names.map((name) => Number(Attributes?.[name] ?? 0));
      return { waiting: visible + delayed, inFlight };
    } catch (error) {
      if (error instanceof QueueDoesNotExist) return { waiting: 0, inFlight: 0 };
      throw error;
    }
  }

  async changeVisibility(queue: string, receiptHandle: string, seconds: number): Promise<void> {
    const command = new ChangeMessageVisibilityCommand({
      QueueUrl: this.#prefix + queue,
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    });
    try {
      await asked(queue, () => this.#client.send(command));
    } catch (error) {
      if (!(error instanceof Error) || !NO_LONGER_GOOD.has(error.name)) throw error;
    }
  }

  /** Sends one batch; what the service turned down is sent once more. */
  async #sendOne(queue: string, batch: readonly OutgoingMessage[]): Promise<void> {
    const entries = batch.map((message, at) => ({ Id: String(at), ...content(message) }));
    const failed = await this.#sendEntries(queue, entries);
    if (failed.length === 0) return;
    const again = new Set(failed.map(({ Id }) => Id));
    const [first, ...more] = await this.#sendEntries(
      queue,
      entries.filter(({ Id }) => again.has(Id)),
    );
    if (!first) return;
    const text = `${more.length + 1} messages to ${queue} were turned down: ${first.Code}`;
    throw first.SenderFault && !isTransientCode(first.Code)
      ? new Error(`${text} ${first.Message ?? ''}`)
      : new QueueThrottled(text);
  }

  async #sendEntries(queue: string, entries: SendMessageBatchRequestEntry[]): Promise<readonly SqsBatchFailure[]> {
    const command = new SendMessageBatchCommand({ QueueUrl: this.#prefix + queue, Entries: entries });
    const { Failed } = await asked(queue, () => this.#client.send(command));
    return Failed ?? [];
  }
}

const content = (message: OutgoingMessage) => ({
  MessageBody: message.body,
  ...(message.attributes && { MessageAttributes: attributes(message.attributes) }),
  ...(message.delaySeconds !== undefined && { DelaySeconds: message.delaySeconds }),
});

const attributes = (texts: Readonly<Record<string, string>>): Record<string, MessageAttributeValue> =>
  Object.fromEntries(Object.entries(texts).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]));

const asked = async <T>(queue: string, send: () => Promise<T>): Promise<T> => {
  try {
    return await send();
  } catch (error) {
    throw translated(queue, error);
  }
};

const translated = (queue: string, error: unknown): unknown => {
  if (!(error instanceof Error)) return error;
  if (isMissingQueue(error)) return new QueueDoesNotExist(`there is no queue ${queue}`, { cause: error });
  // A queue may have been given a smaller limit than the service's.
  const tooLong = error.name === 'BatchRequestTooLong' || /must be shorter than/u.test(error.message);
  return tooLong ? new MessageTooLong(error.message, { cause: error }) : transientAs('SQS', QueueThrottled, error);
};
