import type { Noted } from './acting-roles.ts';
import type { DeployedPolicies, Statement } from './template-policies.ts';
import { isAllowedBy } from './verdicts.ts';

/** One action on one address that a role is granted. */
export interface Granted {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
}

interface Grant extends Granted {
  /** The statement that says so, cut to this action and this address. */
  readonly alone: Statement;
}

/** Every action on every address that roles are granted, each as often as a statement names it. */
const grantsOf = (policies: DeployedPolicies): Grant[] =>
  [...policies.roles].flatMap(([role, statements]) =>
    statements
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap((statement) =>
        statement.Action.flatMap((action) =>
          statement.Resource.map((resource) => {
            const alone = { ...statement, Action: [action], Resource: [resource] };
            return { role, action, resource, alone };
          }),
        ),
      ),
  );

/** What roles are granted and nothing that was noted needs: no action stands for another one, nor an address. */
export function unused(policies: DeployedPolicies, noted: readonly Noted[]): Granted[] {
  const byAction = Map.groupBy(noted, ({ role, request }) => `${role} ${request.action}`);
  return grantsOf(policies)
    .filter(({ role, action, alone }) => {
      const asked = byAction.get(`${role} ${action}`) ?? [];
      return !asked.some(({ request }) => isAllowedBy(alone, role, request));
    })
    .map(({ role, action, resource }) => ({ role, action, resource }));
}

/** What could be taken out of one statement and is allowed still, for all that was noted, by another one. */
export function repeated(policies: DeployedPolicies, noted: readonly Noted[]): Granted[] {
  const byAction = Map.groupBy(noted, ({ role, request }) => `${role} ${request.action}`);
  const grants = Map.groupBy(grantsOf(policies), ({ role, action }) => `${role} ${action}`);
  return [...grants].flatMap(([key, same]) =>
    same.length === 1
      ? []
      : same
          .filter((grant) => {
            const others = same.filter((each) => each !== grant);
            const asked = (byAction.get(key) ?? []).filter(({ request }) =>
              isAllowedBy(grant.alone, grant.role, request),
            );
            return (
              asked.length > 0 &&
              asked.every(({ request }) => others.some(({ alone }) => isAllowedBy(alone, grant.role, request)))
            );
          })
          .map(({ role, action, resource }) => ({ role, action, resource })),
  );
}
