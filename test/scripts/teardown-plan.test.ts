import { describe, expect, it } from 'vitest';
import {
  appOf,
  synthesisedStacks,
  type SynthesisedResource,
  type SynthesisedStacks,
} from '../../scripts/synthesised-stacks.ts';
import { planLines, teardownPlan, type Found } from '../../scripts/teardown-plan.ts';
import { templatesWith } from '../lib/synthesised.ts';

const CONTEXT = { deployment: 'nova-conductor', cells: ['cell1', 'cell2'], directCalls: true, canaryHosts: 'host1' };
const stacks = synthesisedStacks(appOf(CONTEXT).deployment);
const FOUND: Found = {
  deployment: 'nova-conductor',
  account: '123456789012',
  options: ' --region eu-west-1',
  before: [
    { what: 'no server is left', holds: true, remedy: 'delete them' },
    { what: 'the intake is paused', holds: false, remedy: 'pause it' },
  ],
  queues: [
    'cell-cell1-conductor',
    'cell-cell1-host-host1',
    'compute-task',
    'reply_0a1b',
    // Of another deployment, whose name begins with that of this one.
    'b-cell-cell1-host-host1',
  ].map((queue) => ({ queue, url: `https://sqs/${queue}` })),
};
const plan = teardownPlan(stacks, FOUND);

/** The same stacks, with one more resource in the first of what is kept. */
const withResource = (resource: SynthesisedResource): SynthesisedStacks => ({
  ...stacks,
  state: stacks.state.map((stack, at) =>
    at === 0 ? { ...stack, resources: { ...stack.resources, More: resource } } : stack,
  ),
});

const text = (withState: boolean): string => JSON.stringify(planLines(plan, withState));

describe('the plan of a teardown', () => {
  it('has every stack once: what runs before what is kept, cells before the API level', () => {
    expect(plan.runs.map(({ stack }) => stack)).toEqual([
      'nova-conductor-cell-cell1',
      'nova-conductor-cell-cell2',
      'nova-conductor-api',
    ]);
    expect(plan.state.map(({ stack }) => stack)).toEqual([
      'nova-conductor-state-cell-cell0',
      'nova-conductor-state-cell-cell1',
      'nova-conductor-state-cell-cell2',
      'nova-conductor-state-api',
    ]);
    expect([...plan.runs, ...plan.state].map(({ stack }) => stack).toSorted()).toEqual(
      [...templatesWith(CONTEXT).all.keys()].toSorted(),
    );
  });

  it('counts each resource of the templates once: it goes with its stack, or it stays', () => {
    const all = [...templatesWith(CONTEXT).all.values()].flatMap((template) =>
      Object.values<SynthesisedResource>(template.toJSON()['Resources']),
    );
    const going = [...plan.runs, ...plan.state].flatMap(({ goes }) => Object.values(goes));
    const staying = plan.kept.filter(({ type }) => type !== 'AWS::SQS::Queue');

    expect(staying.map(({ type }) => type).toSorted()).toEqual(
      all
        .filter(({ DeletionPolicy = 'Delete' }) => DeletionPolicy !== 'Delete')
        .map(({ Type }) => Type)
        .toSorted(),
    );
    expect(going.reduce((sum, count) => sum + count, 0) + staying.length).toBe(all.length);
  });

  it.each(plan.kept.map((kept) => [kept.name, kept] as const))(
    'has %s stay with commands that remove it',
    (name, kept) => {
      expect(name).toMatch(/^(?:alias\/)?nova-conductor-/u);
      expect(kept.cost).not.toBe('');
      expect(kept.commands.length).toBeGreaterThan(0);
      expect(kept.commands.every((command) => plan.commands.includes(command))).toBe(true);
      // A key has no name once its stack is gone: it is found by the deployment's tag.
      const by =
        kept.type === 'AWS::KMS::Key'
          ? 'Key=deployment,Values=nova-conductor'
          : name.replace(/^.*(?=reply_|cell-cell1-host)/u, '');
      expect(kept.commands.every((command) => command.includes(by) && command.includes('--region eu-west-1'))).toBe(
        true,
      );
    },
  );

  it('names the bucket with the account, and the queues that belong to no stack, those of this deployment alone', () => {
    const named = (type: string) => plan.kept.filter((kept) => kept.type === type).map(({ name }) => name);

    expect(named('AWS::S3::Bucket')).toEqual(['nova-conductor-messages-123456789012']);
    expect(named('AWS::SQS::Queue')).toEqual(['nova-conductor-cell-cell1-host-host1', 'nova-conductor-reply_0a1b']);
    expect(plan.commands).toContain(
      'aws sqs delete-queue --queue-url https://sqs/cell-cell1-host-host1 --region eu-west-1',
    );
  });

  it('removes the keys last, and by the tag that they have', () => {
    const tags = stacks.state.flatMap(({ resources }) =>
      Object.values(resources).flatMap(({ Type, Properties }) =>
        Type === 'AWS::KMS::Key' ? [Properties?.['Tags']] : [],
      ),
    );

    expect(plan.commands.at(-1)).toContain('schedule-key-deletion');
    expect(plan.commands.filter((command) => command.includes('schedule-key-deletion'))).toHaveLength(1);
    expect(tags).toEqual([
      [{ Key: 'deployment', Value: 'nova-conductor' }],
      [{ Key: 'deployment', Value: 'nova-conductor' }],
    ]);
  });

  it.each(['Retain', 'RetainExceptOnCreate', 'Snapshot'])(
    'is refused for a type with the policy %s of which nothing is known',
    (DeletionPolicy) => {
      const more = withResource({ Type: 'AWS::RDS::DBInstance', DeletionPolicy });

      expect(() => teardownPlan(more, FOUND)).toThrow('AWS::RDS::DBInstance');
    },
  );

  it('shows people what does not hold yet with its remedy, and when state goes', () => {
    expect(text(false)).toContain('["the intake is paused","no","pause it"]');
    expect(text(false)).toContain('["nova-conductor-cell-cell1","yes","2 Lambda Function, ');
    expect(text(false)).toContain('["nova-conductor-state-api","with --with-state"');
    expect(text(true)).toContain('["nova-conductor-state-api","yes"');
    expect(text(true)).toContain('schedule-key-deletion');
  });
});
