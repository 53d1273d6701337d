import { runSimulation } from '@cloud-copilot/iam-simulate';
import { describe, expect, it } from 'vitest';
import { bootstrapPolicy, deployerPolicy, executionPolicy, type Right } from '../../scripts/deploy-rights.ts';
import { TYPE_RIGHTS } from '../../scripts/type-rights.ts';
import { templatesWith } from '../lib/synthesised.ts';

const ACCOUNT = '123456789012';
const TARGET = { deployment: 'nova-conductor', account: ACCOUNT, region: 'eu-west-1' };

/** Those of a deployment that has all that there is. */
const types = new Set(
  [...templatesWith({ directCalls: true, canaryHosts: 'host1' }).all.values()].flatMap((template) => {
    const { Resources = {} }: { Resources?: Record<string, { Type: string }> } = template.toJSON();
    return Object.values(Resources).map(({ Type }) => Type);
  }),
);
const execution = executionPolicy(types, TARGET);
const POLICIES = { execution, deployer: deployerPolicy(TARGET), bootstrap: bootstrapPolicy(TARGET) };

/** Every pair of an action and an address that a policy has, with what IAM makes of it. */
async function refusals(statement: readonly Right[]): Promise<string[]> {
  const pairs = statement.flatMap(({ Action, Condition, Resource }) =>
    Action.flatMap((action) => Resource.map((resource) => ({ action, resource, Condition }))),
  );
  const verdicts = await Promise.all(
    pairs
      .filter(({ action }) => !action.includes('*'))
      .map(async ({ action, resource, Condition }) => {
        const { StringEquals = {} } = Condition ?? {};
        const result = await runSimulation(
          {
            request: {
              principal: `arn:aws:iam::${ACCOUNT}:role/any`,
              action,
              resource: { resource: resource.replaceAll('*', 'any'), accountId: ACCOUNT },
              contextVariables: StringEquals,
            },
            identityPolicies: [{ name: 'own', policy: { Version: '2012-10-17', Statement: statement } }],
            serviceControlPolicies: [],
            resourceControlPolicies: [],
          },
          {},
        );
        // Of an action that knows no such address IAM asks with another one: which, is in the reference alone.
        const unknown = result.resultType === 'error' ? (result.errors.message ?? 'an error') : '';
        return /action|service/iu.test(unknown) ? [`${action}: ${unknown}`] : [];
      }),
  );
  return verdicts.flat();
}

describe('the rights to deploy', () => {
  it('are listed for every type of resource of the templates, and for no other', () => {
    expect([...types].toSorted()).toEqual(Object.keys(TYPE_RIGHTS).toSorted());
  });

  it('are refused for a type that nothing is known of', () => {
    expect(() => executionPolicy(new Set(['AWS::RDS::DBInstance']), TARGET)).toThrow('AWS::RDS::DBInstance');
  });

  it.each(Object.entries(POLICIES))('%s: have actions that IAM knows', async (_name, { Statement }) => {
    expect(await refusals(Statement)).toEqual([]);
  });

  it('would be found out with an action that IAM does not know', async () => {
    const wrong = [{ Effect: 'Allow', Action: ['sqs:MakeQueue'], Resource: ['*'] }] as const;

    expect(await refusals(wrong)).toHaveLength(1);
  });

  it('fit into a managed policy, also under the longest name of a deployment', () => {
    const long = executionPolicy(types, { ...TARGET, deployment: 'a'.repeat(31) });

    expect(JSON.stringify(long).length).toBeLessThanOrEqual(6144);
  });

  it("let DynamoDB use the deployment's key for the tables that are made, and nobody else", () => {
    const withKeys = execution.Statement.filter(({ Action }) => Action.includes('kms:CreateGrant'));

    expect(withKeys).toMatchObject([
      { Condition: { StringEquals: { 'kms:ViaService': 'dynamodb.eu-west-1.amazonaws.com' } } },
    ]);
  });

  it('name the deployment in every address but those that AWS does not know beforehand', () => {
    const elsewhere = execution.Statement.filter(({ Resource }) =>
      Resource.some((each) => !each.includes('nova-conductor') && !/cdk-(?:hnb659fds|bootstrap)/u.test(each)),
    );

    const services = new Set(elsewhere.flatMap(({ Action }) => Action.map((action) => action.split(':')[0])));
    expect(services).toEqual(new Set(['kms', 'lambda', 'logs']));
  });

  it('of whoever deploys are the roles of the bootstrap alone', () => {
    expect(POLICIES.deployer.Statement).toEqual([
      { Effect: 'Allow', Action: ['sts:AssumeRole'], Resource: [`arn:aws:iam::${ACCOUNT}:role/cdk-hnb659fds-*`] },
    ]);
  });
});
