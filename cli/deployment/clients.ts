import { IAMClient, type IAMClientConfig } from '@aws-sdk/client-iam';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { STSClient } from '@aws-sdk/client-sts';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { limited, OUTSIDE_LIMITS } from '#adapters/client-limits';
import { dynamodbClient } from '#adapters/dynamodb/client';
import { sqsClient } from '#adapters/sqs/client';
import type { Place } from './place.ts';

/** The clients of a deployment. */
export interface Clients {
  readonly cloudwatch: CloudWatchClient;
  readonly dynamodb: DynamoDBClient;
  readonly iam: IAMClient;
  readonly lambda: LambdaClient;
  readonly sfn: SFNClient;
  readonly sqs: SQSClient;
  readonly sts: STSClient;
  close(): void;
}

/** Makes the clients of a place: all of them with its region, credentials and endpoints. */
export function clientsAt(place: Place, requestHandler?: NonNullable<IAMClientConfig['requestHandler']>): Clients {
  const { region, profile, credentials, dynamodb, sqs, sfn, lambda, iam } = place;
  const at = (endpoint: string | undefined) => ({
    ...limited(OUTSIDE_LIMITS),
    region,
    ...(profile === undefined ? {} : { profile }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(requestHandler === undefined ? {} : { requestHandler }),
  });
  const clients = {
    // Where one service is emulated, all are, behind one endpoint.
    cloudwatch: new CloudWatchClient(at(iam)),
    sts: new STSClient(at(iam)),
    dynamodb: dynamodbClient(at(dynamodb)),
    iam: new IAMClient(at(iam)),
    lambda: new LambdaClient(at(lambda)),
    sfn: new SFNClient(at(sfn)),
    sqs: sqsClient(at(sqs)),
  };
  return {
    ...clients,
    close: () => {
      for (const each of Object.values(clients)) each.destroy();
    },
  };
}
