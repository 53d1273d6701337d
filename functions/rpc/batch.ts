import chain, { type MiddlewareObj } from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { SIZE_ATTRIBUTE } from '#wire/payload-pointer';

/** One record's fate, in the order of the event's records. */
export type Settled = PromiseSettledResult<unknown>[];

/**
 * Turns the settled results of a batch into batch item failures: what was done is deleted from the queue, the rest is
 * delivered again and ends in the dead-letter queue when it fails too often.
 */
const partialBatch = (): MiddlewareObj<SQSEvent, Settled | SQSBatchResponse> => ({
  after: (request) => {
    const results = Array.isArray(request.response) ? request.response : [];
    request.response = {
      batchItemFailures: request.event.Records.flatMap((record, at) =>
        results[at]?.status === 'fulfilled' ? [] : [{ itemIdentifier: record.messageId }],
      ),
    };
  },
});

/** What Lambda calls for an SQS event source. */
export type QueueHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/** The chain behind a queue; it raises no time-out of its own: near the end of its time a batch goes on, and Lambda ends it. */
export function queueHandler(serve: (event: SQSEvent) => Promise<Settled>): QueueHandler {
  const handler = chain<SQSEvent>({ timeoutEarlyInMillis: 0 }).use(partialBatch()).handler(serve);
  return (event, context) => handler(event, context);
}

/**
 * Serves the records of a batch together, but one after the other those whose payload lies elsewhere: ten of 64 MiB would
 * not fit into a function's memory.
 */
export function settleRecords<T>(
  records: readonly SQSRecord[],
  serve: (record: SQSRecord) => Promise<T>,
): Promise<PromiseSettledResult<T>[]> {
  let last: Promise<unknown> = Promise.resolve();
  return Promise.allSettled(
    records.map((record) => {
      if (record.messageAttributes[SIZE_ATTRIBUTE] === undefined) return serve(record);
      const own = last.then(() => serve(record));
      last = own.catch(() => undefined);
      return own;
    }),
  );
}
