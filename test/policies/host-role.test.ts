import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hostQueuePolicy } from '#cli/inventory/host-policy';
import { hostRolePolicy } from '#cli/inventory/host-role';
import type { Json } from '#ports/json';
import { replyPrefix } from '#ports/reply-queue';
import { ACCOUNT, DEPLOYMENT, directFunctionArn, queueArn, REGION, stateMachineArn, tableArn } from './aws-requests.ts';
import { deployedPolicies, statementsOf } from './template-policies.ts';
import { isAllowed, isAllowedBy } from './verdicts.ts';

const HOST1 = 'AROAHOST1';
const HOST2 = 'AROAHOST2:i-2';

const facts = (host: string, ...principals: string[]) => ({
  deployment: DEPLOYMENT,
  account: ACCOUNT,
  host,
  cell: 'cell1',
  principals,
  directCalls: true,
  arn: (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`,
});

const roleOf = (host: string, ...principals: string[]) => statementsOf(hostRolePolicy(facts(host, ...principals)));

const ordersOf = (host: string, principal: string): [string, ReturnType<typeof statementsOf>] => {
  const arn = queueArn(`cell-cell1-host-${host}`);
  const policy: Json = JSON.parse(
    JSON.stringify(hostQueuePolicy({ queueArn: arn, account: ACCOUNT, principals: [principal] })),
  );
  return [arn, statementsOf(policy)];
};

/** What the driver makes a reply queue of host1 with, where it knows everybody. */
const ownReplies: Json = JSON.parse(
  readFileSync(new URL('../../agent/oslo-messaging-sqs/tests/reply-queue-policy.json', import.meta.url), 'utf8'),
);
const REPLIES1 = queueArn(`${replyPrefix(HOST1)}0123456789ab`);

const policies = {
  roles: new Map([
    ['host1', roleOf('host1', HOST1)],
    ['host2', roleOf('host2', HOST2)],
    // Two hosts of one instance profile have one another's policies.
    ['profile', [...roleOf('host2', HOST2), ...roleOf('host3', 'AROAHOST2:i-3')]],
    ['conductor', [{ Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: [queueArn('reply_*')] }]],
    ['admin', [{ Effect: 'Allow', Action: ['sqs:*'], Resource: ['*'] }]],
  ]),
  resources: new Map([
    ...deployedPolicies().resources,
    ordersOf('host1', HOST1),
    ordersOf('host2', HOST2),
    [REPLIES1, statementsOf(ownReplies).map((each) => ({ ...each, Resource: [REPLIES1] }))],
  ]),
};

const KEY = { 'kms:ResourceAliases': [`alias/${DEPLOYMENT}-data`] };
const payload = (queue: string): string => `arn:aws:s3:::${DEPLOYMENT}-messages-${ACCOUNT}/${DEPLOYMENT}/${queue}/any`;

const may = (
  role: string,
  userid: string,
  action: string,
  resource: string,
  context: Readonly<Record<string, string | readonly string[]>> = {},
): boolean => isAllowed(policies, role, { action, resource, context: { 'aws:userid': userid, ...context } });

type Context = Readonly<Record<string, string | readonly string[]>>;

const NEEDED: [action: string, resource: string, context?: Context][] = [
  ['lambda:InvokeFunctionUrl', directFunctionArn('cell1'), { 'lambda:FunctionUrlAuthType': 'AWS_IAM' }],
  ['lambda:InvokeFunction', directFunctionArn('cell1'), { 'lambda:InvokedViaFunctionUrl': 'true' }],
  ['sqs:SendMessage', queueArn('cell-cell1-conductor')],
  ['sqs:SendMessage', queueArn('compute-task')],
  ['sqs:SendMessage', queueArn('cell-cell1-host-host2')],
  ['sqs:SendMessage', queueArn(`${replyPrefix(HOST2)}0123456789ab`)],
  ['sqs:ReceiveMessage', queueArn('cell-cell1-host-host1')],
  ['sqs:DeleteMessage', queueArn('cell-cell1-host-host1')],
  ['sqs:ChangeMessageVisibility', queueArn('cell-cell1-host-host1')],
  ['sqs:CreateQueue', REPLIES1],
  ['sqs:ReceiveMessage', REPLIES1],
  ['sqs:DeleteMessage', REPLIES1],
  ['sqs:ChangeMessageVisibility', REPLIES1],
  ['sqs:DeleteQueue', REPLIES1],
  ['s3:PutObject', payload('cell-cell1-conductor')],
  ['s3:PutObject', payload('compute-task')],
  ['s3:PutObject', payload('cell-cell1-host-host2')],
  ['s3:PutObject', payload(`${replyPrefix(HOST2)}0123456789ab`)],
  ['s3:GetObject', payload('cell-cell1-host-host1')],
  ['s3:GetObject', payload(`${replyPrefix(HOST1)}0123456789ab`)],
  ['kms:Decrypt', `arn:aws:kms:${REGION}:${ACCOUNT}:key/any`, KEY],
  ['kms:GenerateDataKey', `arn:aws:kms:${REGION}:${ACCOUNT}:key/any`, KEY],
];

/** Another function of the deployment. */
const queueFunctionArn = directFunctionArn('cell1').replace('object-url', 'object-rpc');

const FORBIDDEN: [action: string, resource: string, context?: Context][] = [
  // With an event of its own making a host could be whoever it likes.
  ['lambda:InvokeFunction', directFunctionArn('cell1'), { 'lambda:InvokedViaFunctionUrl': 'false' }],
  ['lambda:InvokeFunction', directFunctionArn('cell1')],
  ['lambda:InvokeFunction', queueFunctionArn, { 'lambda:InvokedViaFunctionUrl': 'true' }],
  ['lambda:InvokeFunctionUrl', directFunctionArn('cell1'), { 'lambda:FunctionUrlAuthType': 'NONE' }],
  ['lambda:InvokeFunctionUrl', directFunctionArn('cell2'), { 'lambda:FunctionUrlAuthType': 'AWS_IAM' }],
  ['sqs:SendMessage', queueArn('conductor')],
  ['sqs:SendMessage', queueArn('cell-cell2-conductor')],
  ['sqs:SendMessage', queueArn('cell-cell2-host-host4')],
  ['sqs:SendMessage', queueArn('cell-cell1-conductor-dlq')],
  ['sqs:SendMessage', queueArn('compute-task-dlq')],
  ['sqs:SendMessage', queueArn('reply_0123456789abcdef0123456789abcdef')],
  ['sqs:ReceiveMessage', queueArn('cell-cell1-conductor')],
  ['sqs:ReceiveMessage', queueArn('compute-task')],
  ['sqs:ReceiveMessage', queueArn('cell-cell1-host-host2')],
  ['sqs:ReceiveMessage', queueArn(`${replyPrefix(HOST2)}0123456789ab`)],
  ['sqs:DeleteQueue', queueArn('cell-cell1-host-host1')],
  ['sqs:CreateQueue', queueArn(`${replyPrefix(HOST2)}0123456789ab`)],
  ['sqs:CreateQueue', queueArn('cell-cell1-host-host1')],
  ['sqs:SetQueueAttributes', REPLIES1],
  ['sqs:SetQueueAttributes', queueArn('cell-cell1-host-host1')],
  ['sqs:PurgeQueue', REPLIES1],
  ['s3:GetObject', payload('cell-cell1-conductor')],
  ['s3:GetObject', payload('cell-cell1-host-host2')],
  ['s3:PutObject', payload('cell-cell2-conductor')],
  ['dynamodb:GetItem', tableArn('mappings'), { 'dynamodb:LeadingKeys': ['principal#any'] }],
  ['states:StartExecution', stateMachineArn('build')],
  ['kms:Decrypt', `arn:aws:kms:${REGION}:${ACCOUNT}:key/any`, { 'kms:ResourceAliases': [`alias/${DEPLOYMENT}-seal`] }],
];

describe('the role of a host', () => {
  it.each(NEEDED)('may do what its compute does: %s on %s', (action, resource, context) => {
    expect(may('host1', `${HOST1}:any`, action, resource, context)).toBe(true);
  });

  it.each(FORBIDDEN)('may do nothing else: %s on %s', (action, resource, context) => {
    expect(may('host1', `${HOST1}:any`, action, resource, context)).toBe(false);
  });

  it('has no statement that nothing of these needs', () => {
    const role = policies.roles.get('host1') ?? [];

    const unused = role.filter(
      (statement) =>
        !NEEDED.some(([action, resource, context]) =>
          isAllowedBy(statement, 'host1', {
            action,
            resource,
            context: { 'aws:userid': `${HOST1}:any`, ...context },
          }),
        ),
    );

    expect(role.length).toBe(9);
    expect(unused).toEqual([]);
  });

  it('that hosts of an instance profile share lets each instance read its own alone', () => {
    const [own, other] = ['AROAHOST2:i-2', 'AROAHOST2:i-3'];
    const replies = queueArn(`${replyPrefix(own)}0123456789ab`);

    expect(may('profile', own, 'sqs:ReceiveMessage', replies)).toBe(true);
    expect(may('profile', other, 'sqs:ReceiveMessage', replies)).toBe(false);
    expect(may('profile', other, 'sqs:CreateQueue', replies)).toBe(false);
    expect(may('profile', other, 'sqs:ReceiveMessage', queueArn('cell-cell1-host-host2'))).toBe(false);
    expect(may('profile', other, 's3:GetObject', payload('cell-cell1-host-host2'))).toBe(false);
  });
});

describe('the policy that a reply queue is made with', () => {
  it('lets nobody else read it, whatever their own policies say', () => {
    expect(may('admin', 'AROAADMIN:me', 'sqs:ReceiveMessage', REPLIES1)).toBe(false);
    expect(may('admin', `${HOST1}:any`, 'sqs:ReceiveMessage', REPLIES1)).toBe(true);
  });

  it('lets the conductor and the hosts that are named send, and nobody else', () => {
    expect(may('conductor', 'AROACONDUCTOR:object-rpc', 'sqs:SendMessage', REPLIES1)).toBe(true);
    expect(may('host2', HOST2, 'sqs:SendMessage', REPLIES1)).toBe(true);
    expect(may('host2', 'AROAHOST2:i-9', 'sqs:SendMessage', REPLIES1)).toBe(false);
    expect(may('admin', 'AROAADMIN:me', 'sqs:SendMessage', REPLIES1)).toBe(false);
  });

  it('lets nobody use it over plain transport', () => {
    const plain = { 'aws:SecureTransport': 'false' };

    expect(may('host1', `${HOST1}:any`, 'sqs:ReceiveMessage', REPLIES1, plain)).toBe(false);
  });
});
