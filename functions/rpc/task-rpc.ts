import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';

/** Placeholder until the event source is written: takes every record. */
export const handler = async (event: SQSEvent): Promise<SQSBatchResponse> => {
  console.log(JSON.stringify({ placeholder: true, records: event.Records.length }));
  return { batchItemFailures: [] };
};
