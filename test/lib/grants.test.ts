import { globSync, readFileSync } from 'node:fs';
import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { pascalCase } from '#statemachines/pascal-case';
import { BASE_PORTS, WORKFLOW_GRANTS } from '../../lib/workflow-grants.ts';
import { type Resource, resourcesOf, templatesWith } from './synthesised.ts';

const { all, api, apiState, cells } = templatesWith();

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

function isStatement(value: unknown): value is Statement {
  return typeof value === 'object' && value !== null && 'Effect' in value && 'Action' in value && 'Resource' in value;
}

function statementsOf(policy: Resource): readonly Statement[] {
  const document = policy.Properties?.[policy.Type === 'AWS::KMS::Key' ? 'KeyPolicy' : 'PolicyDocument'];
  if (typeof document !== 'object' || document === null || !('Statement' in document)) return [];
  return Array.isArray(document.Statement) ? document.Statement.filter(isStatement) : [];
}

const actionsOf = (statement: Statement): readonly string[] => [statement.Action].flat();

function policies(template: Template, roleOf: string): readonly Statement[] {
  return resourcesOf(template, 'AWS::IAM::Policy')
    .filter((policy) => JSON.stringify(policy.Properties?.['Roles']).includes(`"${roleOf}Role`))
    .flatMap(statementsOf);
}

/** The functions that may do something with the key that seals. */
const useSealKey = (template: Template, action: string): string[] =>
  resourcesOf(template, 'AWS::IAM::Policy')
    .filter((policy) =>
      statementsOf(policy)
        .filter(({ Condition }) => JSON.stringify(Condition ?? '').includes('"alias/nova-conductor-seal"'))
        .some((statement) => actionsOf(statement).includes(`kms:${action}`)),
    )
    .map((policy) => JSON.stringify(policy.Properties?.['PolicyName']).replaceAll(/"|Role.*/gu, ''))
    .toSorted();

/** Policies that say who may use a resource. */
const RESOURCE_POLICIES = [
  'AWS::KMS::Key',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
] as const;

const allowed = (template: Template, ...types: readonly string[]): readonly Statement[] =>
  types
    .flatMap((type) => resourcesOf(template, type))
    .flatMap(statementsOf)
    .filter(({ Effect }) => Effect === 'Allow');

/** By a key's policy the account's own IAM decides: without it a key could be managed by nobody. */
const leavesToIam = ({ Action, Principal }: Statement): boolean =>
  Action === 'kms:*' && /^\{"AWS":.*":iam::",\{"Ref":"AWS::AccountId"\},":root"/u.test(JSON.stringify(Principal));

const OF_THIS_ACCOUNT = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };

/** Actions for which IAM knows no resources. */
const UNSCOPED = [
  'logs:CreateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:DescribeLogGroups',
  'logs:DescribeResourcePolicies',
  'logs:GetLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:UpdateLogDelivery',
];

/** What the adapters and Lambda's own event sources call. */
const USED = [
  // A transaction is allowed by the actions of its items.
  'dynamodb:BatchGetItem',
  'dynamodb:ConditionCheckItem',
  'dynamodb:DeleteItem',
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:Query',
  'dynamodb:UpdateItem',
  'events:PutEvents',
  'kms:Decrypt',
  'kms:GenerateDataKey',
  'lambda:InvokeFunction',
  's3:GetObject',
  // Without the list a payload that is gone looks like one that is forbidden.
  's3:ListBucket',
  's3:PutObject',
  'sqs:ChangeMessageVisibility',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:ReceiveMessage',
  'sqs:SendMessage',
  'states:DescribeExecution',
  'states:SendTaskFailure',
  'states:SendTaskSuccess',
  'states:StartExecution',
];

/** Services of the SDK by the name that IAM has for them, where it is another one. */
const IAM_NAMES: Readonly<Record<string, string>> = {
  eventbridge: 'events',
  'secrets-manager': 'secretsmanager',
  sfn: 'states',
};

/** Granted where the context names a cloud, as cloud.test.ts holds. */
const OF_A_CLOUD = 'secretsmanager:GetSecretValue';

/** Actions of commands that IAM does not call by their own name. */
const IAM_ACTIONS: Readonly<Record<string, string>> = {
  'dynamodb:TransactWriteItems': 'dynamodb:ConditionCheckItem',
  'sqs:SendMessageBatch': 'sqs:SendMessage',
};

const ROOT = new URL('../../', import.meta.url);

/** The action of each command that an adapter names, with the adapter's file. */
const called = () =>
  globSync('functions/adapters/**/*.ts', { cwd: ROOT }).flatMap((path) => {
    const text = readFileSync(new URL(path, ROOT), 'utf8');
    const [, client = ''] = /'@aws-sdk\/client-([a-z0-9-]+)'/u.exec(text) ?? [];
    const commands = new Set([...text.matchAll(/\b([A-Z]\w+)Command\b/gu)].map(([, command = '']) => command));
    return [...commands].map((command) => {
      const action = `${IAM_NAMES[client] ?? client}:${command}`;
      return { path, action: IAM_ACTIONS[action] ?? action };
    });
  });

describe('grants', () => {
  const templates: readonly (readonly [string, Template])[] = [...all];

  it.each(templates)(
    "no statement in the stack %s has a wildcard action, but for the account's own IAM over its keys",
    (_, template) => {
      const wild = allowed(template, 'AWS::IAM::Policy', ...RESOURCE_POLICIES).filter((statement) =>
        actionsOf(statement).some((action) => action.includes('*')),
      );

      expect(wild.filter((statement) => !leavesToIam(statement))).toEqual([]);
      expect(wild).toHaveLength(resourcesOf(template, 'AWS::KMS::Key').length);
    },
  );

  it.each(templates)(
    'no resource of the stack %s is open to everybody, or to a service without a condition',
    (_, template) => {
      const open = allowed(template, ...RESOURCE_POLICIES).filter((statement) => !leavesToIam(statement));

      expect(open.filter(({ Condition }) => JSON.stringify(Condition) !== JSON.stringify(OF_THIS_ACCOUNT))).toEqual([]);
      expect(open.filter(({ Principal }) => !JSON.stringify(Principal).includes('{"Service":'))).toEqual([]);
    },
  );

  it("alarms of this account alone may publish, and use the topic's key for it", () => {
    const alarms = allowed(apiState, 'AWS::KMS::Key', 'AWS::SNS::TopicPolicy').filter(
      (statement) => !leavesToIam(statement),
    );

    expect(alarms).toMatchObject([
      { Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Condition: OF_THIS_ACCOUNT },
      { Action: 'sns:Publish', Condition: OF_THIS_ACCOUNT },
    ]);
    expect(alarms.map(({ Principal }) => Principal)).toEqual(
      Array.from({ length: 2 }, () => ({ Service: 'cloudwatch.amazonaws.com' })),
    );
  });

  it.each(templates)('no statement in the stack %s has a bare wildcard resource, log delivery apart', (_, template) => {
    const bare = resourcesOf(template, 'AWS::IAM::Policy')
      .flatMap(statementsOf)
      .filter((statement) => [statement.Resource].flat().includes('*'));

    expect(bare.flatMap(actionsOf).filter((action) => !UNSCOPED.includes(action))).toEqual([]);
  });

  it('no object function starts an execution, and those of cells alone settle task tokens', () => {
    const cell1 = cells.get('cell1');
    if (cell1 === undefined) throw new Error('no stack for cell1');
    const [ofApi, ofCell] = [policies(api, 'ObjectRpcFunction'), policies(cell1, 'ObjectRpcFunction')].map((each) =>
      each.flatMap(actionsOf),
    );

    expect(ofApi).not.toContain('states:StartExecution');
    expect(ofCell).not.toContain('states:StartExecution');
    expect(ofApi).not.toContain('states:SendTaskSuccess');
    expect(ofCell).toContain('states:SendTaskSuccess');
  });

  it('only the functions behind queues read payloads, and they write those of replies and dead letters alone', () => {
    const may = (action: string) =>
      resourcesOf(api, 'AWS::IAM::Policy')
        .filter((policy) => statementsOf(policy).flatMap(actionsOf).includes(action))
        .map((policy) => JSON.stringify(policy.Properties?.['PolicyName']).slice(1).split('Role')[0] ?? '');
    const written = policies(api, 'TaskRpcFunction').filter((each) => actionsOf(each).includes('s3:PutObject'));

    expect(may('s3:GetObject').toSorted((a, b) => a.localeCompare(b))).toEqual([
      'ObjectRpcFunction',
      'TaskRpcFunction',
    ]);
    expect(may('s3:PutObject')).not.toContain('ReconcilerFunction');
    expect(JSON.stringify(written)).toMatch(/nova-conductor\/reply_\*\/\*/u);
    expect(JSON.stringify(written)).toMatch(/nova-conductor\/compute-task-dlq\/\*/u);
    expect(JSON.stringify(written)).not.toContain('-host-');
  });

  it('only the workflows open what is sealed, and only what stands behind queues seals it', () => {
    const readers = Object.entries(WORKFLOW_GRANTS)
      .filter(([, { base = BASE_PORTS, ports }]) => [...base, ...ports].includes('request-documents'))
      .map(([workflow]) => `${pascalCase(workflow)}Function`);

    const ofCells = [...cells.values()].map((cell) => [
      useSealKey(cell, 'Decrypt'),
      useSealKey(cell, 'GenerateDataKey'),
    ]);

    expect(useSealKey(api, 'Decrypt')).toEqual(readers.toSorted());
    expect(useSealKey(api, 'GenerateDataKey')).toEqual(['ObjectRpcFunction', 'TaskRpcFunction']);
    expect(ofCells).toEqual(ofCells.map(() => [[], ['ObjectRpcFunction']]));
  });

  it('a cell reaches the records of no other cell', () => {
    const cell1 = cells.get('cell1');
    if (cell1 === undefined) throw new Error('no stack for cell1');

    const resources = JSON.stringify(policies(cell1, 'ObjectRpcFunction'));

    expect(resources).toContain('table/nova-conductor-cell-cell1');
    expect(resources).not.toContain('table/nova-conductor-cell-*');
    expect(resources).not.toContain('cell2');
  });

  it('the object function of a cell may write the usage that deletions and resizes change, and no mapping or request spec', () => {
    const cell1 = cells.get('cell1');
    if (cell1 === undefined) throw new Error('no stack for cell1');

    const written = policies(cell1, 'ObjectRpcFunction')
      .filter((each) => actionsOf(each).includes('dynamodb:UpdateItem'))
      .map(({ Resource }) => JSON.stringify(Resource));

    expect(written.some((resource) => resource.includes('table/nova-conductor-api"'))).toBe(true);
    expect(written.filter((resource) => /table\/nova-conductor-(?:mappings|build-requests)"/u.test(resource))).toEqual(
      [],
    );
  });

  it('carry no action of a table, queue, key or execution that no adapter uses', () => {
    const services = /^(?:dynamodb|sqs|kms|states|s3|events|lambda):/u;
    const granted = [...all.values()]
      .flatMap((template) => resourcesOf(template, 'AWS::IAM::Policy'))
      .flatMap(statementsOf)
      .flatMap(actionsOf)
      .filter((action) => services.test(action));

    expect([...new Set(granted)].toSorted()).toEqual([...USED].toSorted());
  });

  it('carry every action that an adapter calls', () => {
    const abroad = templatesWith({ homeAccount: '111111111111', cellAccounts: 'cell1=222222222222' }).all;
    const granted = [...all.values(), ...abroad.values()]
      .flatMap((template) => resourcesOf(template, 'AWS::IAM::Policy'))
      .flatMap(statementsOf)
      .flatMap(actionsOf);

    const refused = called().filter(({ action }) => action !== OF_A_CLOUD && !granted.includes(action));

    expect(called().length).toBeGreaterThan(15);
    expect(refused, 'lib/ports.ts grants what an adapter calls').toEqual([]);
  });

  it('each workflow names only ports beside the base set', () => {
    const repeated = Object.entries(WORKFLOW_GRANTS).flatMap(([workflow, { base = BASE_PORTS, ports }]) =>
      ports.filter((port) => base.includes(port)).map((port) => `${workflow}: ${port}`),
    );

    expect(repeated).toEqual([]);
  });

  it('the build machine starts launch executions and calls the live alias of its function alone', () => {
    const statements = resourcesOf(api, 'AWS::IAM::Policy')
      .filter((policy) => JSON.stringify(policy.Properties?.['Roles']).includes('"BuildRole'))
      .flatMap(statementsOf);

    const starts = statements.filter((statement) => actionsOf(statement).includes('states:StartExecution'));
    const invokes = statements.filter((statement) => actionsOf(statement).includes('lambda:InvokeFunction'));

    expect(JSON.stringify(starts)).toContain('stateMachine:nova-conductor-launch"');
    expect(invokes).toHaveLength(1);
    expect(invokes[0]?.Resource).toEqual({ Ref: expect.stringMatching(/^BuildFunctionAliaslive/u) });
  });
});
