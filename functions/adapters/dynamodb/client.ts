import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { unlogged } from '../unlogged.ts';

/** A client set up for many small requests; `config` says the rest. */
export const dynamodbClient = (config: DynamoDBClientConfig = {}): DynamoDBClient =>
  unlogged(
    new DynamoDBClient({
      // The handler stack of a command is built once instead of for every request.
      cacheMiddleware: true,
      accountIdEndpointMode: 'disabled',
      ...config,
    }),
  );
