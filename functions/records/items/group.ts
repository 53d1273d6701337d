import type { Attributes } from '#ports/tables';
import { textOf, textsOf } from '#wire/reading';
import { finiteNumber, nonEmptyText } from './read.ts';

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
    deleted: item['deleted'] === true,
  };
}

/** Reads the item of a group's member. */
export const groupMemberItem = (item: Attributes) => ({ id: finiteNumber(item['id']) ?? 0 });
