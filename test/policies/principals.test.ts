import { expect, it } from 'vitest';
import { DEPLOYMENT, tableArn } from './aws-requests.ts';
import { deployedPolicies } from './template-policies.ts';
import { isAllowed } from './verdicts.ts';

const policies = deployedPolicies({ directCalls: true, canaryHosts: 'host1' });

it('no function but the reconciler may enter who may speak', () => {
  const entering = [...policies.roles.keys()].filter((role) =>
    ['PutItem', 'UpdateItem', 'DeleteItem'].some((operation) =>
      isAllowed(policies, role, {
        action: `dynamodb:${operation}`,
        resource: tableArn('mappings'),
        context: { 'dynamodb:LeadingKeys': ['principal#AROAany'] },
      }),
    ),
  );

  expect(entering).toEqual([`${DEPLOYMENT}-reconciler`]);
});
