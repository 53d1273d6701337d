import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { mapOf, listOf } from '#wire/reading';
import type { Json, JsonMap } from '#ports/json';
import { reservationFor } from '../../lib/constructs/direct-url.ts';
import { nameOf, resourcesOf, templatesWith } from './synthesised.ts';

const off = templatesWith();
const on = templatesWith({ directCalls: true, directHosts: 1000 });

const functionsOf = (template: Template): string[] =>
  resourcesOf(template, 'AWS::Lambda::Function').map((each) => nameOf(each, 'FunctionName'));

function cell1(of = on): Template {
  const template = of.cells.get('cell1');
  if (template === undefined) throw new Error('no stack for cell1');
  return template;
}

/** Every statement of every template that lets somebody invoke a function. */
const invocations = (): JsonMap[] =>
  [...on.all.values()]
    .flatMap((template) => resourcesOf(template, 'AWS::IAM::Policy'))
    .flatMap((policy) => {
      const document: Json = JSON.parse(JSON.stringify(policy.Properties?.['PolicyDocument'] ?? {}));
      return listOf(mapOf(document)['Statement']).map(mapOf);
    })
    .filter(({ Action }) => JSON.stringify(Action ?? '').includes('"lambda:'));

describe('direct calls', () => {
  it('are off where the context does not ask for them: no function and no URL', () => {
    expect(functionsOf(cell1(off))).toEqual(['nova-conductor-cell-cell1-object-rpc']);
    cell1(off).resourceCountIs('AWS::Lambda::Url', 0);
  });

  it('have a function of their own in each cell, whose URL asks IAM who speaks', () => {
    for (const [cell, template] of on.cells) {
      expect(functionsOf(template)).toEqual([
        `nova-conductor-cell-${cell}-object-rpc`,
        `nova-conductor-cell-${cell}-object-url`,
      ]);
      template.resourceCountIs('AWS::Lambda::Url', 1);
      template.hasResourceProperties('AWS::Lambda::Url', {
        AuthType: 'AWS_IAM',
        InvokeMode: 'BUFFERED',
        Qualifier: 'live',
      });
      template.hasOutput('DirectUrl', {});
    }
  });

  it('leave the queue to the function behind the queue, and the URL to the other', () => {
    const sources = resourcesOf(cell1(), 'AWS::Lambda::EventSourceMapping');
    const [url] = resourcesOf(cell1(), 'AWS::Lambda::Url');

    expect(sources.map((each) => JSON.stringify(each.Properties?.['FunctionName']))).toEqual([
      expect.stringContaining('ObjectRpcFunction'),
    ]);
    expect(JSON.stringify(url?.Properties?.['TargetFunctionArn'])).toContain('ObjectUrlFunction');
  });

  it('are invoked through the URL alone: nobody may write an event, and nobody is let in by the function itself', () => {
    const direct = invocations().filter(({ Resource }) => JSON.stringify(Resource).includes('object-url'));

    expect(direct.map(({ Action, Condition }) => [Action, Condition])).toEqual([
      ['lambda:InvokeFunctionUrl', { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } }],
      ['lambda:InvokeFunction', { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } }],
    ]);
    expect(invocations().filter(({ Resource }) => JSON.stringify(Resource).includes('object-rpc'))).toEqual([]);
    cell1().resourceCountIs('AWS::Lambda::Permission', 0);
  });

  it('have the concurrency that so many hosts need at ten requests a second for each reserved execution', () => {
    const [, direct] = resourcesOf(cell1(), 'AWS::Lambda::Function');

    expect(direct?.Properties).toMatchObject({ ReservedConcurrentExecutions: 90, Timeout: 10 });
    expect([1, 50, 100, 1000].map(reservationFor)).toEqual([5, 5, 9, 90]);
  });

  it('put nothing aside, and send no pulse on', () => {
    const policy = resourcesOf(cell1(), 'AWS::IAM::Policy').filter((each) =>
      JSON.stringify(each.Properties?.['Roles']).includes('ObjectUrlFunction'),
    );

    expect(JSON.stringify(policy)).not.toMatch(/-dlq|cell1-conductor/u);
  });
});
