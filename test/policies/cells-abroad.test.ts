import { createValidatedPolicy, validateResourcePolicy, validateTrustPolicy } from '@cloud-copilot/iam-policy';
import { runUnsafeSimulation } from '@cloud-copilot/iam-simulate';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, queueArn, REGION, tableArn } from './aws-requests.ts';
import { deployedPolicies, roleArn, type Statement } from './template-policies.ts';

const THEIRS = '222222222222';
const NAME = 'nova-conductor-cell-cell1-object-rpc';
const SETTINGS = { notifyOnStateChange: 'vm_and_task_state' };

const policies = deployedPolicies({ ...SETTINGS, homeAccount: ACCOUNT, cellAccounts: [`cell1=${THEIRS}`] });
const atHome = deployedPolicies(SETTINGS);

const statementsOf = (from: typeof policies, owner: string): readonly Statement[] => from.roles.get(owner) ?? [];

/** Single rights, each action on each resource under its condition; without those of the own log. */
const rightsOf = (statements: readonly Statement[]): string[] =>
  statements
    .flatMap(({ Action, Condition, Resource }) =>
      Action.flatMap((action) => Resource.map((resource) => JSON.stringify([action, resource, Condition ?? null]))),
    )
    .filter((right) => !right.startsWith('["logs:'))
    .toSorted();

interface Asked {
  readonly by: string;
  /** @default the statements of the function's own role */
  readonly own?: readonly Statement[];
  readonly action: string;
  readonly resource: string;
  /** Where the policy of the resource is found. @default its address */
  readonly policy?: string;
  readonly context?: Readonly<Record<string, string | string[]>>;
}

const OWN = statementsOf(policies, NAME);

/** Whether IAM lets a role of an account do it to something that lies at home. */
function isAllowed({ action, by, context = {}, own = OWN, policy, resource }: Asked): boolean {
  const isTrust = action === 'sts:AssumeRole';
  const found = policies.resources.get(policy ?? resource) ?? [];
  // A trust policy is about its role alone, and names none.
  const Statement = isTrust ? found.map(withoutResource) : found;
  const document = { Version: '2012-10-17', Statement };
  const validate = isTrust ? validateTrustPolicy : validateResourcePolicy;
  const result = runUnsafeSimulation(
    {
      request: {
        principal: by,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: {
          'aws:SecureTransport': 'true',
          'aws:PrincipalArn': by,
          'aws:PrincipalAccount': by.split(':')[4] ?? '',
          ...context,
        },
      },
      identityPolicies: [{ name: 'own', policy: { Version: '2012-10-17', Statement: own } }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(document.Statement.length === 0
        ? {}
        : { resourcePolicy: createValidatedPolicy(document, validate, { name: 'resource' }) }),
    },
    {},
  );
  return result === 'Allowed';
}

const withoutResource = (statement: Statement): Omit<Statement, 'Resource'> => {
  const { Resource: _, ...trust } = statement;
  return trust;
};

const theirs = roleArn(NAME, THEIRS);
const ALL: readonly Statement[] = [{ Effect: 'Allow', Action: ['*'], Resource: ['*'] }];

describe('the object function of a cell in another account', () => {
  it('may do at home what it does where it runs there, but for what Lambda does with its queue', () => {
    const usual = rightsOf(statementsOf(atHome, NAME));

    const home = rightsOf(statementsOf(policies, `home:${NAME}`));

    const lambdas = ['DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage'].map((each) =>
      JSON.stringify([`sqs:${each}`, queueArn('cell-cell1-conductor'), null]),
    );
    expect(home.length).toBeGreaterThan(20);
    expect([...home, ...lambdas].toSorted()).toEqual(usual);
  });

  it('has in its own role the right to act at home, to have its queue read, and nothing else', () => {
    expect(rightsOf(OWN)).toEqual(
      [
        ['kms:Decrypt', `arn:aws:kms:${REGION}:${ACCOUNT}:key/*`, THROUGH_SQS],
        ['sqs:DeleteMessage', queueArn('cell-cell1-conductor'), null],
        ['sqs:GetQueueAttributes', queueArn('cell-cell1-conductor'), null],
        ['sqs:ReceiveMessage', queueArn('cell-cell1-conductor'), null],
        ['sts:AssumeRole', roleArn(NAME), null],
      ]
        .map((each) => JSON.stringify(each))
        .toSorted(),
    );
  });

  it('is the only one that may act in its role at home', () => {
    const asks = (by: string, own = ALL): boolean =>
      isAllowed({ by, own, action: 'sts:AssumeRole', resource: roleArn(NAME) });

    expect(asks(theirs, OWN)).toBe(true);
    expect([
      asks(roleArn('another', THEIRS)),
      asks(roleArn('nova-conductor-cell-cell2-object-rpc', THEIRS)),
      asks(roleArn(NAME, '333333333333')),
      asks(roleArn(NAME)),
    ]).toEqual([false, false, false, false]);
  });

  it.each(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'])(
    'is the only one of its account for which %s is done at home, on its own queue',
    (action) => {
      const asks = (by: string, queue: string, own = ALL): boolean =>
        isAllowed({ by, own, action, resource: queueArn(queue) });

      expect(asks(theirs, 'cell-cell1-conductor', OWN)).toBe(true);
      expect([
        asks(roleArn('another', THEIRS), 'cell-cell1-conductor'),
        asks(roleArn(NAME, '333333333333'), 'cell-cell1-conductor'),
        asks(theirs, 'cell-cell2-conductor'),
        asks(theirs, 'cell-cell1-conductor-dlq'),
        asks(theirs, 'compute-task'),
      ]).toEqual([false, false, false, false, false]);
    },
  );

  it('opens with the key what lies in queues, by the service alone, and seals nothing', () => {
    const asks = (part: string, action: string, through: string, by = theirs, own = ALL): boolean =>
      isAllowed({
        by,
        own,
        action,
        resource: `arn:aws:kms:${REGION}:${ACCOUNT}:key/any`,
        policy: `alias/nova-conductor-${part}`,
        context: { 'kms:ViaService': `${through}.${REGION}.amazonaws.com` },
      });

    expect(asks('data', 'kms:Decrypt', 'sqs', theirs, OWN)).toBe(true);
    expect([
      asks('data', 'kms:Decrypt', 'dynamodb'),
      asks('data', 'kms:GenerateDataKey', 'sqs'),
      asks('data', 'kms:Decrypt', 'sqs', roleArn('another', THEIRS)),
      asks('seal', 'kms:Decrypt', 'sqs'),
    ]).toEqual([false, false, false, false]);
  });

  it.each([
    ['dynamodb:GetItem', tableArn('cell-cell1')],
    ['dynamodb:UpdateItem', tableArn('api')],
    ['sqs:SendMessage', queueArn('cell-cell1-conductor')],
    ['sqs:SendMessage', queueArn('compute-task')],
    ['states:StartExecution', `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:nova-conductor-launch`],
  ])('may not %s on %s from its account, whatever the account lets it do', (action, resource) => {
    expect(isAllowed({ by: theirs, own: ALL, action, resource })).toBe(false);
  });
});

const THROUGH_SQS = { StringEquals: { 'kms:ViaService': `sqs.${REGION}.amazonaws.com` } };
