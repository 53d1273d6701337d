import type { SQSRecord } from 'aws-lambda';
import type { MemoryQueues, ReceivedMessage } from '#adapters/memory/queues';
import type { Clock } from '#ports/clock';
import type { RecordSource } from './event-source.ts';

/** Whom the emulators name as the sender of every message. */
const SENDER_ID = '000000000000';

/** The records of a queue in memory. */
export const memorySource = (queues: MemoryQueues, queue: string, clock: Clock): RecordSource => ({
  receive: async (stopping, leaving) => {
    const signal = leaving === undefined ? stopping : AbortSignal.any([stopping, leaving]);
    while (!signal.aborted) {
      const received = queues.receive(queue);
      if (received.length > 0) return received.map((message) => record(queue, message));
      await ready(queues, queue, signal);
    }
    return [];
  },
  delete: async (records) => {
    queues.delete(queue, ...records.map(({ receiptHandle }) => receiptHandle));
  },
  track: (work) => clock.track?.(work) ?? work,
});

/** Settles when a message may be there, or nobody wants one any more. */
const ready = (queues: MemoryQueues, queue: string, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const settle = () => {
      forget();
      signal.removeEventListener('abort', settle);
      resolve();
    };
    const forget = queues.onReady(queue, settle);
    signal.addEventListener('abort', settle);
  });

const record = (queue: string, message: ReceivedMessage): SQSRecord => ({
  messageId: message.messageId,
  receiptHandle: message.receiptHandle,
  body: message.body,
  attributes: {
    ApproximateReceiveCount: String(message.approximateReceiveCount),
    SentTimestamp: String(message.sentAt),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    SenderId: SENDER_ID,
  },
  messageAttributes: Object.fromEntries(
    Object.entries(message.attributes).map(([name, stringValue]) => [name, { dataType: 'String', stringValue }]),
  ),
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: `arn:aws:sqs:local:${SENDER_ID}:${queue}`,
  awsRegion: 'local',
});
