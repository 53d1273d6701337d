import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { limited, type ClientLimits } from '../client-limits.ts';
import { unlogged } from '../unlogged.ts';

/**
 * A client set up for many small messages, within limits (those of the deployed functions by
 * default); `config` says the rest.
 */
export const sqsClient = (config: SQSClientConfig = {}, limits?: ClientLimits): SQSClient =>
  unlogged(new SQSClient({ cacheMiddleware: true, useQueueUrlAsEndpoint: false, ...limited(limits), ...config }));
