import { OverQuota } from '#errors';
import { absent, all, any, atMost, equals, exists, not } from '#ports/conditions';
import type { Configuration } from '#ports/configuration';
import { TransactionRefused, type Action, type AttributesOf, type Item } from '#ports/tables';
import { API, groupKey, quotaKey, quotaLimitsKey } from '#records/keys';
import type { Records } from '#records/method';
import { quotaLimitsItem } from '#records/items/quota-limits';
import { groupUsageItem } from '#records/items/quota-usage';
import { groupItem, type GroupItem } from '#records/items/group';

type Counted = keyof Configuration['groupQuota'];

/** The limit of a project, where not set the deployment's; -1 is unlimited. */
async function limitOf(records: Records, project: string, name: Counted): Promise<number> {
  const { config } = records;
  if (config === undefined) return -1;
  const limits = await records.tables.get(API, quotaLimitsKey(project), { consistent: false });
  return (limits && quotaLimitsItem(limits)[name]) ?? config.groupQuota[name];
}

const over = (name: Counted, limit: number, used: number): OverQuota =>
  new OverQuota({
    overs: [name],
    quotas: { [name]: limit },
    usages: { [name]: used },
    headroom: { [name]: limit - used },
  });

/** Where groups are counted: one from before they were takes nothing away. */
const COUNTED = not(any(equals('server_groups', null), atMost('server_groups', 0)));

/**
 * Makes the row of a group and counts it in the same write, where the project's limit allows it. The message that asks
 * for it is remembered, so a repeat makes and counts nothing.
 *
 * @throws OverQuota
 * @throws the error of `taken` when there is another group of the uuid
 */
export async function createCounted(records: Records, group: Item, project: string, taken: () => Error): Promise<void> {
  const limit = await limitOf(records, project, 'server_groups');
  if (limit === 0) throw over('server_groups', 0, 0);
  const fits = any(equals('server_groups', null), atMost('server_groups', limit - 1));
  const item = { ...group, made_by: records.writer ?? null } satisfies AttributesOf<GroupItem>;
  try {
    await records.tables.transact([
      { kind: 'put', table: API, item, condition: absent },
      { ...counted(project, 1), ...(limit < 0 ? {} : { condition: fits }) },
    ]);
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    const [there, usage] = error.refusals;
    if (there?.item === undefined) throw over('server_groups', limit, usedIn(usage?.item));
    if (records.writer === undefined || groupItem(there.item).made_by !== records.writer) throw taken();
  }
}

const usedIn = (usage: Item | undefined): number => (usage === undefined ? 0 : groupUsageItem(usage).server_groups);

const counted = (project: string, by: 1 | -1): Extract<Action, { kind: 'update' }> => ({
  kind: 'update',
  table: API,
  key: quotaKey(project),
  update: { set: { project_id: project }, add: { server_groups: by } },
});

/** Takes the row of a group away and counts one less in the same write, whoever else destroys the group. */
export async function removeCounted(records: Records, group: Item, project: string): Promise<void> {
  const key = { pk: group.pk, sk: group.sk };
  try {
    await records.tables.transact([
      { kind: 'delete', table: API, key, condition: exists },
      { ...counted(project, -1), condition: COUNTED },
    ]);
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    await records.tables.delete(API, key);
  }
}

/**
 * Looks whether so many servers may join a group of this project; `members` counts those of the user that are there,
 * and is asked only where their number is limited. Answers whether it is.
 *
 * @throws OverQuota
 */
export async function mayJoin(
  records: Records,
  project: string,
  joining: number,
  members: () => Promise<number>,
): Promise<boolean> {
  const limit = joining === 0 ? -1 : await limitOf(records, project, 'server_group_members');
  if (limit < 0) return false;
  const used = await members();
  if (used + joining > limit) throw over('server_group_members', limit, used);
  return true;
}

/** The write that counts servers into a group, where nobody has joined since its members were read. */
export const countJoined = (group: string, joining: number, joined: number | null): Action => ({
  kind: 'update',
  table: API,
  key: groupKey(group),
  update: { add: { joined: joining } },
  condition: all(exists, equals<GroupItem>('joined', joined)),
});
