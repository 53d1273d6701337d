import type { Attributes } from '#ports/tables';
import { textOf, textsOf } from '#wire/reading';
import { finiteNumber, nonEmptyText } from './read.ts';

/** A server group as it lies in the api table; its members lie beside it. */
export type GroupItem = ReturnType<typeof groupItem>;

/** Reads the item of a server group; old ones hold a list of policies. */
export function groupItem(item: Attributes) {
  const policy = textOf(item['policy']);
  const policies = textsOf(item['policies']);
  return {
    uuid: nonEmptyText(item['uuid']) ?? '',
    name: nonEmptyText(item['name']),
    project_id: nonEmptyText(item['project_id']),
    user_id: nonEmptyText(item['user_id']),
    policies: policies.length > 0 || policy === undefined ? policies : [policy],
    /** How many servers have joined since the group's members are counted; null before. */
    joined: finiteNumber(item['joined']),
    /** The project in whose quota the group is counted. */
    by_project: nonEmptyText(item['by_project']),
    /** `_unique_id` of the message that made it; null before that was noted. */
    made_by: nonEmptyText(item['made_by']),
    deleted: item['deleted'] === true,
  };
}

/** Reads the item of a group's member: a server in the order of joining. */
export const groupMemberItem = (item: Attributes) => ({
  id: finiteNumber(item['id']) ?? 0,
  instance_uuid: nonEmptyText(item['instance_uuid']),
});

/** Reads the item that leads from a server to its group. */
export const groupOfInstanceItem = (item: Attributes) => ({ group_uuid: nonEmptyText(item['group_uuid']) });

/** What counts the members of a server group that placement has placed. */
export type GroupGuardItem = ReturnType<typeof guardItem>;

/** Reads the item of a group's guard in placement. */
export const guardItem = (item: Attributes) => ({
  /** Members that it counts. */
  count: finiteNumber(item['count']) ?? 0,
  /** The host that the first one took; null where any will do. */
  host: nonEmptyText(item['host']),
});
