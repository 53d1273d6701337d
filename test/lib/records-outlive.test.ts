import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resourcesOf, TABLE, templatesWith } from './synthesised.ts';

const { all, deployment } = templatesWith();
const tables = [...all.values()].flatMap((template) => resourcesOf(template, TABLE));

/** What DynamoDB changes only by making a new table. A release that changes one of them would lose the records. */
const REPLACING = { TableName: 'string', KeySchema: 'object' } as const;

describe('tables', () => {
  it('of the API level, cell0 and each cell are all there', () => {
    expect(tables).toHaveLength(8);
  });

  it.each(tables.map((table) => [String(table.Properties?.['TableName']), table] as const))(
    '%s is kept when its stack goes, protected from deletion and recoverable to a point in time',
    (name, table) => {
      expect(name).toMatch(/^nova-conductor-[a-z0-9-]+$/u);
      expect(table['DeletionPolicy']).toBe('Retain');
      expect(table['UpdateReplacePolicy']).toBe('Retain');
      expect(table.Properties).toMatchObject({
        Replicas: [
          {
            DeletionProtectionEnabled: true,
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          },
        ],
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      });
    },
  );

  it('are not replaced by a release that changes anything of the context but names', () => {
    const other = templatesWith({ tracing: true, requirePrincipals: false });

    const replaced = [...other.all.values()].flatMap((template) => resourcesOf(template, TABLE));

    const identity = (table: (typeof tables)[number]): unknown =>
      Object.keys(REPLACING).map((property) => table.Properties?.[property]);
    expect(replaced.map(identity)).toEqual(tables.map(identity));
  });
});

/** What is lost with its resource: records, messages, keys, and what others have attached. */
const STATE = [
  TABLE,
  'AWS::SQS::Queue',
  'AWS::S3::Bucket',
  'AWS::KMS::Key',
  'AWS::KMS::Alias',
  'AWS::SNS::Topic',
  'AWS::Events::EventBus',
];
const RUNNING = ['AWS::Lambda::Function', 'AWS::StepFunctions::StateMachine', 'AWS::Lambda::EventSourceMapping'];

/** Types of the resources of a stack. */
const typesOf = (stackName: string): string[] =>
  Object.values<{ readonly Type: string }>(all.get(stackName)?.toJSON()['Resources'] ?? {}).map(({ Type }) => Type);

describe('stacks that hold state', () => {
  const states = [deployment.apiState, ...deployment.cellStates.values()];
  const runners = [deployment.api, ...deployment.cells.values()];

  it.each(states.map(({ stackName }) => stackName))('%s has nothing in it that runs', (stackName) => {
    expect(typesOf(stackName).length).toBeGreaterThan(0);
    expect(typesOf(stackName).filter((type) => RUNNING.includes(type))).toEqual([]);
  });

  it.each(runners.map(({ stackName }) => stackName))('keep all state out of %s', (stackName) => {
    expect(typesOf(stackName)).toContain('AWS::Lambda::Function');
    expect(typesOf(stackName).filter((type) => STATE.includes(type))).toEqual([]);
  });

  it('are protected from deletion, and stand before what runs on them', () => {
    for (const stack of states) expect(stack.terminationProtection).toBe(true);
    expect(deployment.api.dependencies).toEqual([deployment.apiState]);
    for (const [cell, stack] of deployment.cells) {
      expect(stack.dependencies).toEqual([deployment.cellStates.get(cell)]);
    }
  });

  it('export nothing that another stack imports: each can be changed without the others', () => {
    for (const template of all.values()) {
      expect(JSON.stringify(template.toJSON())).not.toMatch(/Fn::ImportValue|"Export"|Fn::GetStackOutput/u);
    }
  });

  it('stay as they are when a setting of the functions changes', () => {
    const other = templatesWith({ tracing: true, notificationFormat: 'both' });

    for (const { stackName } of states) {
      expect(other.all.get(stackName)?.toJSON()).toEqual(all.get(stackName)?.toJSON());
    }
  });
});

describe('teardown', () => {
  it('leaves tables, the message bucket and the keys, each of which docs/operations.md says how to delete', () => {
    const resources = [...all.values()].flatMap((template) =>
      Object.values<{ readonly Type: string; readonly DeletionPolicy?: string }>(template.toJSON()['Resources'] ?? {}),
    );
    const [, section = ''] = readFileSync('docs/operations.md', 'utf8').split('## Teardown');

    const kept = new Set(resources.filter((each) => each.DeletionPolicy === 'Retain').map(({ Type }) => Type));

    expect([...kept].toSorted()).toEqual([TABLE, 'AWS::KMS::Key', 'AWS::S3::Bucket']);
    expect([...kept].filter((type) => !section.split('\n## ')[0]?.includes(type))).toEqual([]);
  });
});
