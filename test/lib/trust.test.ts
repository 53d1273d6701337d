import { describe, expect, it } from 'vitest';
import { listOf, mapOf } from '#wire/reading';
import type { Json } from '#ports/json';
import { nameOf, resourcesOf, templatesWith } from './synthesised.ts';

const templates = templatesWith({ directCalls: true, canaryHosts: 'host1' });

const stacks = [...templates.all.values()];

const json = (value: unknown): Json => JSON.parse(JSON.stringify(value ?? null));

/** The statements of every role's trust policy: who may act in it. */
const trusts = stacks
  .flatMap((template) => resourcesOf(template, 'AWS::IAM::Role'))
  .map(({ Properties }) => listOf(mapOf(json(Properties?.['AssumeRolePolicyDocument']))['Statement']).map(mapOf));

const trusting = (service: string) =>
  trusts.filter(([first]) => JSON.stringify(first?.['Principal']) === JSON.stringify({ Service: service }));

const countOf = (type: string): number => stacks.flatMap((template) => resourcesOf(template, type)).length;

describe('who may act in a role', () => {
  it('is one service, and nobody else', () => {
    expect(trusts.length).toBeGreaterThan(10);
    for (const statements of trusts)
      expect(statements).toEqual([
        {
          Action: 'sts:AssumeRole',
          Effect: 'Allow',
          Principal: { Service: expect.stringMatching(/^(?:lambda|states)\.amazonaws\.com$/u) },
          ...(statements[0]?.['Condition'] === undefined ? {} : { Condition: statements[0]['Condition'] }),
        },
      ]);
  });

  it('is Lambda in as many roles as there are functions, and Step Functions in as many as there are state machines', () => {
    expect(trusting('lambda.amazonaws.com')).toHaveLength(countOf('AWS::Lambda::Function'));
    expect(trusting('states.amazonaws.com')).toHaveLength(countOf('AWS::StepFunctions::StateMachine'));
  });

  it('is one state machine of this account, not whatever else Step Functions runs', () => {
    const sources = trusting('states.amazonaws.com').map(([statement]) => mapOf(statement?.['Condition']));
    const machines = stacks
      .flatMap((template) => resourcesOf(template, 'AWS::StepFunctions::StateMachine'))
      .map((machine) => nameOf(machine, 'StateMachineName'));

    const named = sources.map((source) => /:stateMachine:([\w-]+)/u.exec(JSON.stringify(source['ArnEquals']))?.[1]);

    expect(new Set(named)).toEqual(new Set(machines));
    expect(named).toHaveLength(machines.length);
    for (const source of sources)
      expect(source['StringEquals']).toEqual({ 'aws:SourceAccount': { Ref: 'AWS::AccountId' } });
  });

  it('calls a function on a schedule by its own rule alone', () => {
    const permissions = stacks
      .flatMap((template) => resourcesOf(template, 'AWS::Lambda::Permission'))
      .filter(({ Properties }) => Properties?.['Principal'] === 'events.amazonaws.com');

    expect(permissions.length).toBeGreaterThan(0);
    for (const { Properties } of permissions) expect(JSON.stringify(Properties?.['SourceArn'])).toContain('Arn');
  });
});
