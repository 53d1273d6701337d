import { createValidatedPolicy, validateResourcePolicy } from '@cloud-copilot/iam-policy';
import { runUnsafeSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import { ACCOUNT, type AwsRequest } from './aws-requests.ts';
import type { DeployedPolicies, Statement } from './template-policies.ts';

/** The request as the simulator takes it, with every policy that has a say in it. */
export function simulationOf(policies: DeployedPolicies, role: string, request: AwsRequest): Simulation {
  return simulation(role, request, policies.roles.get(role) ?? [], policyOn(policies, request));
}

/** Whether IAM lets a role do it: by its own policies, and by what the resource says of itself. */
export const isAllowed = (policies: DeployedPolicies, role: string, request: AwsRequest): boolean =>
  runUnsafeSimulation(simulationOf(policies, role, request), {}) === 'Allowed';

/** Whether one statement alone lets a request pass. */
export const isAllowedBy = (statement: Statement, role: string, request: AwsRequest): boolean =>
  runUnsafeSimulation(simulation(role, request, [statement], keyLeavesToIam(request)), {}) === 'Allowed';

function simulation(
  role: string,
  { action, resource, context }: AwsRequest,
  own: readonly Statement[],
  ofResource: readonly Statement[],
): Simulation {
  return {
    request: {
      principal: `arn:aws:iam::${ACCOUNT}:role/${role.replace(':', '-')}`,
      action,
      resource: { resource, accountId: ACCOUNT },
      contextVariables: {
        'aws:SecureTransport': 'true',
        'aws:PrincipalAccount': ACCOUNT,
        ...Object.fromEntries(
          Object.entries(context).map(([key, value]) => [key, typeof value === 'string' ? value : [...value]]),
        ),
      },
    },
    identityPolicies: [{ name: 'own', policy: policyOf(own) }],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    ...(ofResource.length === 0
      ? {}
      : { resourcePolicy: createValidatedPolicy(policyOf(ofResource), validateResourcePolicy, { name: 'resource' }) }),
  };
}

const policyOf = (statements: readonly Statement[]) => ({ Version: '2012-10-17', Statement: statements });

/** What the resource of a request says of itself. */
function policyOn(policies: DeployedPolicies, { resource, context }: AwsRequest): readonly Statement[] {
  const [alias] = context['kms:ResourceAliases'] ?? [];
  const [bucket = ''] = resource.split('/');
  return policies.resources.get(alias ?? (resource.startsWith('arn:aws:s3:') ? bucket : resource)) ?? [];
}

/** A key's policy leaves the decision to IAM, as every key of a deployment does. */
const keyLeavesToIam = ({ action }: AwsRequest): readonly Statement[] =>
  action.startsWith('kms:')
    ? [
        {
          Effect: 'Allow',
          Action: ['kms:*'],
          Resource: ['*'],
          Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
        },
      ]
    : [];
