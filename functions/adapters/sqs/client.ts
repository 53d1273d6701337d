import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { unlogged } from '../unlogged.ts';

/** A client set up for many small messages; `config` says the rest. */
export const sqsClient = (config: SQSClientConfig = {}): SQSClient =>
  unlogged(new SQSClient({ cacheMiddleware: true, useQueueUrlAsEndpoint: false, ...config }));
