import { DeleteTableCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import {
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
} from '@aws-sdk/client-iam';
import { DeleteFunctionCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { DeleteStateMachineCommand, ListStateMachinesCommand } from '@aws-sdk/client-sfn';
import { DeleteQueueCommand, ListQueuesCommand } from '@aws-sdk/client-sqs';
import type { Clients } from '#cli/deployment/clients';
import { ROLE_PATH } from './probed-role.ts';

/** What all names begin with that any run of the probes has made. */
export const PREFIX = 'conductor-verify';

/** All pages of a list. */
async function pages<T>(
  page: (after: string | undefined) => Promise<[readonly T[], string | undefined]>,
): Promise<T[]> {
  const found: T[] = [];
  let after: string | undefined;
  do {
    const [some, next] = await page(after);
    found.push(...some);
    after = next;
  } while (after !== undefined);
  return found;
}

const isOurs = (name: string | undefined): name is string => name?.startsWith(`${PREFIX}-`) ?? false;

/** Takes away what runs before have left, by the beginning of its name; answers what that was. */
export async function removeLeftovers({ dynamodb, iam, lambda, sfn, sqs }: Clients): Promise<string[]> {
  const removed: string[] = [];
  const queues = await pages(async (NextToken) => {
    const { QueueUrls = [], NextToken: next } = await sqs.send(
      new ListQueuesCommand({ QueueNamePrefix: `${PREFIX}-`, MaxResults: 1000, NextToken }),
    );
    return [QueueUrls, next];
  });
  for (const QueueUrl of queues) {
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    removed.push(`queue ${QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1)}`);
  }
  const tables = await pages(async (ExclusiveStartTableName) => {
    const { TableNames = [], LastEvaluatedTableName } = await dynamodb.send(
      new ListTablesCommand({ ExclusiveStartTableName }),
    );
    return [TableNames, LastEvaluatedTableName];
  });
  for (const TableName of tables.filter(isOurs)) {
    await dynamodb.send(new DeleteTableCommand({ TableName }));
    removed.push(`table ${TableName}`);
  }
  const machines = await pages(async (nextToken) => {
    const answer = await sfn.send(new ListStateMachinesCommand({ nextToken }));
    return [answer.stateMachines ?? [], answer.nextToken];
  });
  for (const { name, stateMachineArn } of machines) {
    if (!isOurs(name)) continue;
    await sfn.send(new DeleteStateMachineCommand({ stateMachineArn }));
    removed.push(`state machine ${name}`);
  }
  const functions = await pages(async (Marker) => {
    const { Functions = [], NextMarker } = await lambda.send(new ListFunctionsCommand({ Marker }));
    return [Functions, NextMarker];
  });
  for (const { FunctionName } of functions) {
    if (!isOurs(FunctionName)) continue;
    await lambda.send(new DeleteFunctionCommand({ FunctionName }));
    removed.push(`function ${FunctionName}`);
  }
  return [...removed, ...(await removeRoles(iam))];
}

async function removeRoles(iam: Clients['iam']): Promise<string[]> {
  const removed: string[] = [];
  const roles = await pages(async (Marker) => {
    const answer = await iam.send(new ListRolesCommand({ PathPrefix: ROLE_PATH, Marker }));
    return [answer.Roles ?? [], answer.IsTruncated === true ? answer.Marker : undefined];
  });
  for (const { RoleName } of roles) {
    if (!isOurs(RoleName)) continue;
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    for (const PolicyName of PolicyNames) await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    await iam.send(new DeleteRoleCommand({ RoleName }));
    removed.push(`role ${RoleName}`);
  }
  return removed;
}
