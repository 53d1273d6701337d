import chain, { type MiddlewareObj } from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Services } from '#ports/services';
import { SIZE_ATTRIBUTE } from '#wire/payload-pointer';

/** One record's fate, in the order of the event's records. */
export type Settled = PromiseSettledResult<unknown>[];

/** What Lambda calls for an SQS event source. */
export type QueueHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

type BatchServices = Pick<Services, 'clock' | 'log' | 'queues'>;

/** Seconds until a message comes again that failed once, and the most that it waits. */
const [FIRST_SECONDS, MOST_SECONDS] = [5, 300] as const;

/** Milliseconds of its time that a function keeps for its answer. */
const FOR_THE_ANSWER = 500;

/**
 * Seconds until a message that failed for a passing reason comes again: the more often it was received, the longer.
 *
 * @param received how often the queue handed it over, from 1
 */
export const backoffSeconds = (received: number): number =>
  Math.min(MOST_SECONDS, FIRST_SECONDS * 2 ** Math.max(0, received - 1));

/** Turns the settled results of a batch into batch item failures: what was done is deleted, and what failed comes again. */
const partialBatch = (services: BatchServices, queue: string): MiddlewareObj<SQSEvent, Settled | SQSBatchResponse> => ({
  after: async (request) => {
    const results = Array.isArray(request.response) ? request.response : [];
    const failed = request.event.Records.filter((_, at) => results[at]?.status !== 'fulfilled');
    const again = Promise.allSettled(failed.map((record) => hide(services, queue, record)));
    await within(services, request.context.getRemainingTimeInMillis() - FOR_THE_ANSWER, again);
    request.response = { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  },
});

/** The chain behind a queue; it raises no time-out of its own: near the end of its time a batch goes on, and Lambda ends it. */
export function queueHandler(
  services: BatchServices,
  queue: string,
  serve: (event: SQSEvent) => Promise<Settled>,
): QueueHandler {
  const handler = chain<SQSEvent>({ timeoutEarlyInMillis: 0 })
    .use(partialBatch(services, queue))
    .handler((event: SQSEvent) => settled(services, queue, event, serve));
  return (event, context) => handler(event, context);
}

async function settled(
  { log }: BatchServices,
  queue: string,
  event: SQSEvent,
  serve: (event: SQSEvent) => Promise<Settled>,
): Promise<Settled> {
  try {
    return await serve(event);
  } catch (error) {
    log.error('a batch failed', { queue, messages: event.Records.length }, error);
    return event.Records.map(() => ({ status: 'rejected', reason: error }));
  }
}

/** Has a failed message come again after its backoff; when that fails it comes again after the queue's own time. */
function hide({ queues, log }: BatchServices, queue: string, record: SQSRecord): Promise<void> {
  const received = Number(record.attributes.ApproximateReceiveCount);
  const seconds = backoffSeconds(received);
  log.warn('a message comes again', { queue, message_id: record.messageId, received, seconds });
  return queues.changeVisibility(queue, record.receiptHandle, seconds);
}

/** Waits for work, but no longer than so many milliseconds. */
async function within({ clock }: BatchServices, milliseconds: number, work: Promise<unknown>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const cancel = clock.timer(Math.max(0, milliseconds), resolve);
  await Promise.race([work, late]);
  cancel();
}

/**
 * Serves the records of a batch together, but one after the other those whose payload lies elsewhere: ten of 64 MiB would
 * not fit into a function's memory.
 */
export function settleRecords<T>(
  records: readonly SQSRecord[],
  serve: (record: SQSRecord, at: number) => Promise<T>,
): Promise<PromiseSettledResult<T>[]> {
  let last: Promise<unknown> = Promise.resolve();
  return Promise.allSettled(
    records.map((record, at) => {
      if (record.messageAttributes[SIZE_ATTRIBUTE] === undefined) return serve(record, at);
      const own = last.then(() => serve(record, at));
      last = own.catch(() => undefined);
      return own;
    }),
  );
}
