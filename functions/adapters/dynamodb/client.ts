import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { limited, type ClientLimits } from '../client-limits.ts';
import { unlogged } from '../unlogged.ts';

/**
 * A client set up for many small requests, within limits (those of the deployed functions by
 * default); `config` says the rest.
 */
export const dynamodbClient = (config: DynamoDBClientConfig = {}, limits?: ClientLimits): DynamoDBClient =>
  unlogged(
    new DynamoDBClient({
      // The handler stack of a command is built once instead of for every request.
      cacheMiddleware: true,
      accountIdEndpointMode: 'disabled',
      ...limited(limits),
      ...config,
    }),
  );
