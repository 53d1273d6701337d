import { expect, it } from 'vitest';
import { clientsAt } from '#cli/deployment/clients';
import { targetAt } from '#cli/deployment/deployment-target';
import { run } from '../local-deployment.ts';

const PLACE = {
  deployment: 'nova',
  endpoint: 'account 1',
  account: '1',
  partition: 'aws',
  region: 'eu-west-1',
  queueUrlBase: 'https://sqs.invalid/1/',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};

/** What an account answers to each list; a second page of tables, and others' things beside those of a run. */
const LISTED: Readonly<Record<string, (input: object) => object>> = {
  ListQueuesCommand: () => ({ QueueUrls: ['https://sqs.invalid/1/conductor-verify-1-queue'] }),
  ListTablesCommand: (input) =>
    'ExclusiveStartTableName' in input && input.ExclusiveStartTableName === 'nova-api'
      ? { TableNames: ['conductor-verify-1-table'] }
      : { TableNames: ['nova-api'], LastEvaluatedTableName: 'nova-api' },
  ListStateMachinesCommand: () => ({
    stateMachines: ['nova-build', 'conductor-verify-1-machine'].map((name) => ({
      name,
      stateMachineArn: `arn:${name}`,
    })),
  }),
  ListFunctionsCommand: () => ({
    Functions: ['nova-build', 'conductor-verify-1-function'].map((FunctionName) => ({ FunctionName })),
  }),
  ListRolesCommand: () => ({
    Roles: ['other', 'conductor-verify-1-role'].map((RoleName) => ({ RoleName })),
    IsTruncated: false,
  }),
  ListRolePoliciesCommand: () => ({ PolicyNames: ['inline'] }),
};

it('verify --clean takes away what runs before have left, and nothing else', async () => {
  const done: string[] = [];
  const clients = clientsAt(PLACE);
  const answer =
    (_next: unknown, { commandName = '' }: { readonly commandName?: string }) =>
    async ({ input }: { readonly input: object }) => {
      if (!commandName.startsWith('List')) done.push(`${commandName} ${Object.values(input).join(' ')}`);
      return { response: undefined, output: { $metadata: {}, ...LISTED[commandName]?.(input) } };
    };
  clients.sqs.middlewareStack.add(answer);
  clients.dynamodb.middlewareStack.add(answer);
  clients.sfn.middlewareStack.add(answer);
  clients.lambda.middlewareStack.add(answer);
  clients.iam.middlewareStack.add(answer);

  const cleaned = await run('verify --clean', {
    target: async () => ({ ...targetAt(PLACE, false), clients }),
    readFile: () => Promise.reject(new Error('no file')),
  });

  expect(cleaned.out.split('\n')).toEqual([
    'queue conductor-verify-1-queue',
    'table conductor-verify-1-table',
    'state machine conductor-verify-1-machine',
    'function conductor-verify-1-function',
    'role conductor-verify-1-role',
  ]);
  expect(done).toEqual([
    'DeleteQueueCommand https://sqs.invalid/1/conductor-verify-1-queue',
    'DeleteTableCommand conductor-verify-1-table',
    'DeleteStateMachineCommand arn:conductor-verify-1-machine',
    'DeleteFunctionCommand conductor-verify-1-function',
    'DeleteRolePolicyCommand conductor-verify-1-role inline',
    'DeleteRoleCommand conductor-verify-1-role',
  ]);
});
