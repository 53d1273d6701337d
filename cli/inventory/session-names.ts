import type { Json, JsonMap } from '#ports/json';
import { listOf, mapOf, textOf } from '#wire/reading';

/** Who may choose the name of a role's sessions, by its trust policy. */
export interface SessionNames {
  /** Those who choose it themselves when they assume the role. */
  readonly chosenBy: readonly string[];
  /** IAM Roles Anywhere may assume it: it sets the name, unless a profile accepts custom ones. */
  readonly rolesAnywhere: boolean;
}

/** Services that name sessions themselves: EC2 by the instance, ECS by the task. */
const NAMING_SERVICES = /^(?:ec2|ecs-tasks)\.amazonaws\.com(?:\.cn)?$/u;
const ROLES_ANYWHERE = 'rolesanywhere.amazonaws.com';

/** Actions by which a role is assumed; what only tags a session names none. */
const ASSUMES = /^(?:\*|sts:\*|sts:AssumeRole.*)$/iu;

/**
 * Reads a trust policy for who may choose a session's name. Conditions are not followed: whoever may call
 * `sts:AssumeRole`, under whatever condition, passes the name.
 */
export function sessionNames(trust: Json): SessionNames {
  const statements = listed(mapOf(trust)['Statement']).map(mapOf).filter(assumes);
  const principals = statements.flatMap(principalsOf);
  return {
    chosenBy: [...new Set(principals.filter((each) => !NAMING_SERVICES.test(each) && each !== ROLES_ANYWHERE))],
    rolesAnywhere: principals.includes(ROLES_ANYWHERE),
  };
}

const assumes = ({ Effect, Action, NotAction }: JsonMap): boolean =>
  Effect === 'Allow' && (NotAction !== undefined || listed(Action).some((each) => ASSUMES.test(textOf(each) ?? '')));

function principalsOf({ Principal, NotPrincipal }: JsonMap): string[] {
  if (NotPrincipal !== undefined) return ['everybody but a few'];
  if (typeof Principal === 'string') return [Principal === '*' ? 'everybody' : Principal];
  return Object.values(mapOf(Principal)).flatMap((each) => listed(each).map((one) => textOf(one) ?? ''));
}

/** IAM takes one thing for a list of one. */
const listed = (value: Json | undefined): readonly Json[] =>
  value === undefined || Array.isArray(value) ? listOf(value) : [value];
