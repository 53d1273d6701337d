import { OverQuota } from '#errors';
import { all, any, atMost, equals, exists, not, type Condition } from '#ports/conditions';
import type { Configuration } from '#ports/configuration';
import { ConditionFailed, TransactionRefused, type Action, type Item } from '#ports/tables';
import { API, groupKey, quotaKey, quotaLimitsKey } from '#records/keys';
import type { Records } from '#records/method';
import { quotaLimitsItem } from '#records/items/quota-limits';
import { groupUsageItem } from '#records/items/quota-usage';
import type { GroupItem } from '#records/items/group';

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

/**
 * Counts one more server group of a project, where its limit allows it. The message that asks for it is remembered, so
 * a repeat counts nothing twice.
 *
 * @throws OverQuota
 */
export async function countGroup(records: Records, project: string): Promise<void> {
  const limit = await limitOf(records, project, 'server_groups');
  const fits = any(equals('server_groups', null), atMost('server_groups', limit - 1));
  try {
    if (limit === 0) throw over('server_groups', 0, 0);
    await addGroups(records, project, 1, 'one more', limit < 0 ? undefined : fits);
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    throw over('server_groups', limit, error.item === undefined ? 0 : groupUsageItem(error.item).server_groups);
  }
}

/** Where groups are counted: one from before they were takes nothing away. */
const COUNTED = not(any(equals('server_groups', null), atMost('server_groups', 0)));

/** Counts one less, once for each message. */
export async function uncountGroup(records: Records, project: string): Promise<void> {
  try {
    await addGroups(records, project, -1, 'one less', COUNTED);
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
}

/** Takes the row of a group away and counts one less in the same write, whoever else destroys the group. */
export async function removeCounted(records: Records, group: Item, project: string): Promise<void> {
  const key = { pk: group.pk, sk: group.sk };
  const update = { set: { project_id: project }, add: { server_groups: -1 } };
  try {
    await records.tables.transact([
      { kind: 'delete', table: API, key, condition: exists },
      { kind: 'update', table: API, key: quotaKey(project), update, condition: COUNTED },
    ]);
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    await records.tables.delete(API, key);
  }
}

function addGroups(records: Records, project: string, by: 1 | -1, what: string, fits?: Condition) {
  const writer = records.writer === undefined ? {} : { writer: `${records.writer} ${what}` };
  const update = { set: { project_id: project }, add: { server_groups: by }, ...writer };
  return records.tables.update(API, quotaKey(project), update, fits);
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
