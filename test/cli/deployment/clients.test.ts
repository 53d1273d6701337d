import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { ListStateMachinesCommand } from '@aws-sdk/client-sfn';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { clientsAt } from '#cli/deployment/clients';

const PLACE = {
  deployment: 'nova',
  endpoint: 'account 1',
  account: '1',
  partition: 'aws',
  queueUrlBase: 'https://sqs.invalid/1/',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};

it.each([
  ['eu-west-1', 'iam.amazonaws.com', 'eu-west-1.amazonaws.com'],
  ['cn-north-1', 'iam.cn-north-1.amazonaws.com.cn', 'cn-north-1.amazonaws.com.cn'],
  ['us-gov-west-1', 'iam.us-gov.amazonaws.com', 'us-gov-west-1.amazonaws.com'],
])('every client of %s asks an endpoint of its partition', async (region, iamHost, suffix) => {
  const hosts: string[] = [];
  const requestHandler = {
    handle: async ({ hostname }: { readonly hostname: string }) => {
      hosts.push(hostname);
      throw Object.assign(new Error('seen'), { name: 'AccessDenied' });
    },
  };
  const clients = clientsAt({ ...PLACE, region }, requestHandler);

  await Promise.allSettled([
    clients.iam.send(new GetRoleCommand({ RoleName: 'a' })),
    clients.lambda.send(new ListEventSourceMappingsCommand({})),
    clients.dynamodb.send(new ListTablesCommand({})),
    clients.sfn.send(new ListStateMachinesCommand({})),
    clients.sqs.send(new ListQueuesCommand({})),
  ]);

  clients.close();
  const others = ['lambda', 'dynamodb', 'states', 'sqs'].map((service) => `${service}.${suffix}`);
  expect(hosts.toSorted()).toEqual([iamHost, ...others].toSorted());
});
