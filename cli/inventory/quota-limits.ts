import { COUNTED, limitsOf, type Amounts } from '#conductor/quota';
import type { Configuration } from '#ports/configuration';
import type { Attributes, Key } from '#ports/tables';
import { API, quotaKey, quotaLimitsKey, userLimitsKey, userUsageKey } from '#records/keys';
import { usageItem } from '#records/items/quota-usage';
import { numberOf } from '#wire/reading';
import { CommandFailure, EXIT } from '#cli/deployment/failure';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';

/** Limits that a project may have, by option; those that count servers a user of it may have as well. */
export const OPTIONS = {
  instances: 'instances',
  cores: 'cores',
  ram: 'ram',
  serverGroups: 'server_groups',
  serverGroupMembers: 'server_group_members',
} as const;

type Option = keyof typeof OPTIONS;
export type Limited = (typeof OPTIONS)[Option];

const isCounted = (name: Limited): name is keyof Amounts => COUNTED.some((each) => each === name);

/** Whose limits are meant. */
export interface Owner {
  readonly project: string;
  readonly user: string | undefined;
}

export const limitsKey = ({ project, user }: Owner): Key =>
  user === undefined ? quotaLimitsKey(project) : userLimitsKey(project, user);

/** The limits that may be named for an owner. */
export const namesOf = ({ user }: Owner): readonly Limited[] =>
  Object.values(OPTIONS).filter((name) => user === undefined || isCounted(name));

/** @throws CommandFailure for what a user has no limit of */
export function mayHave(owner: Owner, names: readonly Limited[]): void {
  const wrong = names.find((name) => !namesOf(owner).includes(name));
  if (wrong === undefined) return;
  throw new CommandFailure(`${wrong} is a limit of projects: a user has ${namesOf(owner).join(', ')}`, EXIT.usage);
}

/** A limit as it holds. */
export interface LimitRow {
  readonly name: Limited;
  /** -1 is unlimited. */
  readonly limit: number;
  /** Whose word it is. */
  readonly from: 'user' | 'project' | 'default' | 'none';
  /** @default not counted for this owner */
  readonly used: number | undefined;
}

type Reading = Pick<DeploymentTarget, 'tables' | 'settings'>;

/** All limits of an owner and what is used of them. A user without a limit of its own has none but the project's. */
export async function limitRows(target: Reading, owner: Owner): Promise<LimitRow[]> {
  const { project, user } = owner;
  const usageKey = user === undefined ? quotaKey(project) : userUsageKey(project, user);
  const [settings, limits, usage] = await Promise.all([
    target.settings(),
    target.tables.get(API, limitsKey(owner)),
    target.tables.get(API, usageKey),
  ]);
  const defaults = defaultsOf(settings);
  const used = usageItem(usage ?? {});
  return namesOf(owner).map((name) => {
    const own = numberOf(limits?.[name]);
    const count = isCounted(name) ? used[name] : (numberOf(usage?.[name]) ?? 0);
    const counted = name === 'server_group_members' ? undefined : count;
    if (own !== undefined) return { name, limit: own, from: user === undefined ? 'project' : 'user', used: counted };
    return user === undefined
      ? { name, limit: defaults[name], from: 'default', used: counted }
      : { name, limit: -1, from: 'none', used: counted };
  });
}

/** What projects have that say nothing. */
export const defaultsOf = ({
  quota,
  groupQuota,
}: Pick<Configuration, 'quota' | 'groupQuota'>): Record<Limited, number> => ({
  ...quota,
  ...groupQuota,
});

/**
 * A user's limit beyond the project's would promise what nobody gets.
 *
 * @throws CommandFailure
 */
export async function mustBeWithinProject(
  target: Reading,
  { project, user }: Owner,
  wanted: Attributes,
): Promise<void> {
  if (user === undefined) return;
  const [settings, item] = [await target.settings(), await target.tables.get(API, quotaLimitsKey(project))];
  const { project: limits } = limitsOf(settings.quota, item, undefined);
  for (const name of COUNTED) {
    const limit = numberOf(wanted[name]);
    if (limit === undefined || limits[name] < 0 || (limit >= 0 && limit <= limits[name])) continue;
    throw new CommandFailure(
      `--${name} ${limit} is more than the project's ${limits[name]}: raise that first by conductor quota set ${project} --${name} NUMBER`,
    );
  }
}
