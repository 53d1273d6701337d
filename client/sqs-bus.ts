import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { OUTSIDE_LIMITS } from '#adapters/client-limits';
import { S3Blobs } from '#adapters/s3/blobs';
import { extendedQueues } from '#adapters/sqs/extended-queues';
import { isMissingQueue } from '#adapters/sqs/missing-queue';
import { SqsQueues } from '#adapters/sqs/queues';
import type { SqsClient, SqsMessage } from '#adapters/sqs/sqs-client';
import type { Blobs } from '#ports/blobs';
import type { OutgoingMessage, Queues } from '#ports/queues';
import type { Bus, Reader, ReceivedMessage } from './bus.ts';
import { deliveredBody } from './delivered-body.ts';

/** Seconds of one long poll. */
const POLL_SECONDS = 20;
/** Milliseconds between polls that fail, for instance right after the queue was made. */
const PAUSE = 1000;

/** Settings of an S3 client; what is left out is the machine's own. */
export interface S3Settings {
  readonly region?: string;
  readonly endpoint?: string;
  /** Whether the bucket's name stands in the path instead of the host's name. @default false */
  readonly forcePathStyle?: boolean;
  readonly credentials?: S3Credentials | (() => Promise<S3Credentials>);
}

interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Where the queues of a deployment are. */
export interface SqsBusOptions {
  /** The SDK's `SQSClient` as the publisher has set it up. */
  readonly client: SqsClient;
  /** What all queue addresses begin with, for instance `https://sqs.eu-west-1.amazonaws.com/123456789012/`. */
  readonly queueUrlBase: string;
  /** Every queue's name begins with it and a dash. */
  readonly deployment: string;
  /**
   * The deployment's bucket, for messages beyond 1 MiB. It needs the package `@aws-sdk/client-s3`.
   *
   * @default none: such a message is refused with MessageTooLong, and one that comes is handed over as a pointer
   */
  readonly messageBucket?: string | undefined;
  /** @default the machine's own region and credentials */
  readonly s3?: S3Settings | undefined;
}

/** The queues of SQS, to send to and to read from by long polls. */
export class SqsBus implements Bus {
  readonly #client: SqsClient;
  readonly #deployment: string;
  readonly #urlBase: string;
  readonly #blobs: Blobs | undefined;
  readonly #queues: Queues;

  constructor(options: SqsBusOptions) {
    this.#client = options.client;
    this.#deployment = options.deployment;
    this.#urlBase = options.queueUrlBase.replace(/\/$/u, '');
    const { deployment, messageBucket: bucket, s3: config = {} } = options;
    this.#blobs =
      bucket === undefined ? undefined : new S3Blobs({ bucket, deployment, config, limits: OUTSIDE_LIMITS });
    const queues = new SqsQueues(options);
    this.#queues = this.#blobs === undefined ? queues : extendedQueues(queues, this.#blobs);
  }

  send(queue: string, message: OutgoingMessage): Promise<void> {
    return this.#queues.send(queue, message);
  }

  sendBatch(queue: string, messages: readonly OutgoingMessage[]): Promise<void> {
    return this.#queues.sendBatch(queue, messages);
  }

  async createQueue(queue: string): Promise<void> {
    await this.#client.send(new CreateQueueCommand({ QueueName: `${this.#deployment}-${queue}` }));
  }

  async deleteQueue(queue: string): Promise<void> {
    try {
      await this.#client.send(new DeleteQueueCommand({ QueueUrl: this.#url(queue) }));
    } catch (error) {
      if (!isMissingQueue(error)) throw error;
    }
  }

  read(queue: string, handle: (message: ReceivedMessage) => Promise<void>): Reader {
    const stopping = new AbortController();
    const reading = this.#poll(queue, handle, stopping.signal);
    return {
      stop: () => {
        stopping.abort();
        return reading;
      },
    };
  }

  async #poll(queue: string, handle: (message: ReceivedMessage) => Promise<void>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const messages = await this.#receive(queue, signal);
        const done = await Promise.allSettled(messages.map((message) => this.#hand(message, handle)));
        await this.#delete(
          queue,
          messages.filter((_, at) => done[at]?.status === 'fulfilled'),
        );
      } catch {
        // throttled, unreachable, or not there yet; nothing is lost, what was received comes again
        if (!signal.aborted) await pause(signal);
      }
    }
  }

  async #hand(message: SqsMessage, handle: (message: ReceivedMessage) => Promise<void>): Promise<void> {
    const { id, body, attributes } = received(message);
    const payload = this.#blobs === undefined ? body : await deliveredBody(this.#blobs, { body, attributes });
    await handle({ id, body: payload, attributes });
  }

  async #receive(queue: string, signal: AbortSignal): Promise<readonly SqsMessage[]> {
    const { Messages = [] } = await this.#client.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#url(queue),
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: POLL_SECONDS,
        MessageAttributeNames: ['All'],
      }),
      { abortSignal: signal },
    );
    return Messages;
  }

  async #delete(queue: string, messages: readonly SqsMessage[]): Promise<void> {
    if (messages.length === 0) return;
    const Entries = messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle: ReceiptHandle ?? '' }));
    await this.#client.send(new DeleteMessageBatchCommand({ QueueUrl: this.#url(queue), Entries }));
  }

  #url(queue: string): string {
    return `${this.#urlBase}/${this.#deployment}-${queue}`;
  }
}

const received = ({ MessageId, Body, MessageAttributes }: SqsMessage): ReceivedMessage => ({
  id: MessageId ?? '',
  body: Body ?? '',
  attributes: Object.fromEntries(
    Object.entries(MessageAttributes ?? {}).map(([name, { StringValue }]) => [name, StringValue ?? '']),
  ),
});

const pause = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, PAUSE);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
