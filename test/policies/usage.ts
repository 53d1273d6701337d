import type { Noted } from './acting-roles.ts';
import type { DeployedPolicies } from './template-policies.ts';
import { isAllowedBy } from './verdicts.ts';

/** One action on one address that a role is granted. */
export interface Granted {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
}

/** Actions of a table that stand for each other: who writes may read, and reads one item or several. */
const READS = ['GetItem', 'BatchGetItem', 'Query'].map((name) => `dynamodb:${name}`);
const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem'].map((name) => `dynamodb:${name}`);

/** A token and a name do not tell their workflow: these are granted for all workflows, or for none. */
const OF_ANY_WORKFLOW: ReadonlySet<string> = new Set([
  'states:DescribeExecution',
  'states:SendTaskFailure',
  'states:SendTaskSuccess',
]);

/** Actions of which any one shows that the grant of an action is needed. */
function standFor(action: string, resources: readonly string[]): readonly string[] {
  if (resources.some((resource) => resource.includes('/index/'))) return [action];
  if (READS.includes(action)) return [...READS, ...WRITES];
  return WRITES.includes(action) ? WRITES : [action];
}

/** What roles are granted and nothing that was noted needs. */
export function unused(policies: DeployedPolicies, noted: readonly Noted[]): Granted[] {
  const byAction = Map.groupBy(noted, ({ role, request }) => `${role} ${request.action}`);
  return [...policies.roles].flatMap(([role, statements]) =>
    statements
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap((statement) =>
        statement.Action.flatMap((action) =>
          (OF_ANY_WORKFLOW.has(action) ? [statement.Resource] : statement.Resource.map((each) => [each]))
            .filter((resources) => {
              const actions = standFor(action, resources);
              const alone = { ...statement, Action: actions, Resource: resources };
              const asked = actions.flatMap((each) => byAction.get(`${role} ${each}`) ?? []);
              return !asked.some(({ request }) => isAllowedBy(alone, role, request));
            })
            .flatMap((resources) => resources.map((resource) => ({ role, action, resource }))),
        ),
      ),
  );
}
