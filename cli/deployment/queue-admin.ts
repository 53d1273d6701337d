import { isMissingQueue } from '#adapters/sqs/missing-queue';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** What lies in a queue, about. */
export interface QueueCounts {
  readonly waiting: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** A message as an operator handles it. */
export interface StoredMessage {
  readonly id: string;
  readonly receipt: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly sentAt: number;
  readonly receives: number;
  readonly senderId: string;
}

export interface QueueDeskOptions {
  readonly client: SQSClient;
  readonly queueUrlBase: string;
  readonly arnBase: string;
  readonly deployment: string;
}

/** Queues as an operator needs them; names are without the deployment's prefix. */
export class QueueAdmin {
  readonly #client: SQSClient;
  readonly #options: QueueDeskOptions;

  constructor(options: QueueDeskOptions) {
    this.#client = options.client;
    this.#options = options;
  }

  arn(queue: string): string {
    return `${this.#options.arnBase}${this.#options.deployment}-${queue}`;
  }

  /** The address of a queue, whether it is there or not. */
  address(queue: string): string {
    return this.#url(queue);
  }

  /** Undefined when there is no such queue. */
  async counts(queue: string): Promise<QueueCounts | undefined> {
    const AttributeNames = [
      'ApproximateNumberOfMessages',
      'ApproximateNumberOfMessagesNotVisible',
      'ApproximateNumberOfMessagesDelayed',
    ] as const;
    const answer = await unlessGone(() =>
      this.#client.send(
        new GetQueueAttributesCommand({ QueueUrl: this.#url(queue), AttributeNames: [...AttributeNames] }),
      ),
    );
    if (answer === undefined) return undefined;
    const [waiting, inFlight, delayed] = AttributeNames.map((name) => Number(answer.Attributes?.[name] ?? 0));
    return { waiting: waiting ?? 0, inFlight: inFlight ?? 0, delayed: delayed ?? 0 };
  }

  /** Makes a queue, or gives the one that is there these attributes; answers whether it was made. */
  async ensure(queue: string, attributes: Readonly<Record<string, string>>): Promise<boolean> {
    const there = (await this.counts(queue)) !== undefined;
    if (!there)
      await this.#client.send(new CreateQueueCommand({ QueueName: this.#name(queue), Attributes: { ...attributes } }));
    else if (Object.keys(attributes).length > 0)
      await this.#client.send(
        new SetQueueAttributesCommand({ QueueUrl: this.#url(queue), Attributes: { ...attributes } }),
      );
    return !there;
  }

  /** Deletes a queue with what is in it; answers false when it was gone. */
  async delete(queue: string): Promise<boolean> {
    return (
      (await unlessGone(() => this.#client.send(new DeleteQueueCommand({ QueueUrl: this.#url(queue) })))) !== undefined
    );
  }

  /** Names of the queues that begin so. */
  async list(prefix = ''): Promise<string[]> {
    const names: string[] = [];
    for (let NextToken: string | undefined; ; ) {
      const answer = await this.#client.send(
        new ListQueuesCommand({
          QueueNamePrefix: this.#name(prefix),
          MaxResults: 1000,
          ...(NextToken ? { NextToken } : {}),
        }),
      );
      for (const url of answer.QueueUrls ?? []) names.push(url.slice(url.lastIndexOf('/') + 1 + this.#name('').length));
      NextToken = answer.NextToken;
      if (NextToken === undefined) return names.toSorted();
    }
  }

  /** Takes up to `most` messages, which stay hidden for so many seconds; fewer when the queue runs dry. */
  async take(queue: string, most: number, hiddenSeconds: number): Promise<StoredMessage[]> {
    const taken = new Map<string, StoredMessage>();
    while (taken.size < most) {
      const { Messages = [] } = await this.#client.send(
        new ReceiveMessageCommand({
          QueueUrl: this.#url(queue),
          MaxNumberOfMessages: Math.min(10, most - taken.size),
          VisibilityTimeout: hiddenSeconds,
          WaitTimeSeconds: taken.size === 0 ? 1 : 0,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['All'],
        }),
      );
      const fresh = Messages.map(stored).filter(({ id }) => !taken.has(id));
      if (fresh.length === 0) return [...taken.values()];
      for (const message of fresh) taken.set(message.id, message);
    }
    return [...taken.values()];
  }

  async send(queue: string, body: string, attributes: Readonly<Record<string, string>> = {}): Promise<void> {
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    );
    await this.#client.send(
      new SendMessageCommand({ QueueUrl: this.#url(queue), MessageBody: body, MessageAttributes }),
    );
  }

  async remove(queue: string, message: StoredMessage): Promise<void> {
    await this.#client.send(new DeleteMessageCommand({ QueueUrl: this.#url(queue), ReceiptHandle: message.receipt }));
  }

  /** Gives a taken message back at once. */
  async release(queue: string, message: StoredMessage): Promise<void> {
    const address = { QueueUrl: this.#url(queue), ReceiptHandle: message.receipt };
    await this.#client.send(new ChangeMessageVisibilityCommand({ ...address, VisibilityTimeout: 0 }));
  }

  #name(queue: string): string {
    return `${this.#options.deployment}-${queue}`;
  }

  #url(queue: string): string {
    return `${this.#options.queueUrlBase.replace(/\/$/u, '')}/${this.#name(queue)}`;
  }
}

async function unlessGone<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isMissingQueue(error)) return undefined;
    throw error;
  }
}

const stored = (message: Message): StoredMessage => ({
  id: message.MessageId ?? '',
  receipt: message.ReceiptHandle ?? '',
  body: message.Body ?? '',
  attributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, { StringValue }]) => [name, StringValue ?? '']),
  ),
  sentAt: Number(message.Attributes?.SentTimestamp ?? 0),
  receives: Number(message.Attributes?.ApproximateReceiveCount ?? 0),
  senderId: message.Attributes?.SenderId ?? '',
});
