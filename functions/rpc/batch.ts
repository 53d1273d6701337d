import type { MiddlewareObj } from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';

/** One record's fate, in the order of the event's records. */
export type Settled = PromiseSettledResult<unknown>[];

/**
 * Turns the settled results of a batch into batch item failures: what was done is deleted from the queue, the rest is
 * delivered again and ends in the dead-letter queue when it fails too often.
 */
export const partialBatch = (): MiddlewareObj<SQSEvent, Settled | SQSBatchResponse> => ({
  after: (request) => {
    const results = Array.isArray(request.response) ? request.response : [];
    request.response = {
      batchItemFailures: request.event.Records.flatMap((record, at) =>
        results[at]?.status === 'fulfilled' ? [] : [{ itemIdentifier: record.messageId }],
      ),
    };
  },
});
