import type { Condition } from '#ports/conditions';
import { all, equals } from '#ports/conditions';
import type { RequestContext } from '#ports/context';
import type { Attributes, Item } from '#ports/tables';
import { isDeleted, projectOf } from '#records/items/read';

/** Whether the context asks for soft-deleted records, for live ones, or for both. */
export function isVisible(context: RequestContext, item: Attributes): boolean {
  if (context.read_deleted === 'yes') return true;
  return isDeleted(item) === (context.read_deleted === 'only');
}

/** The item when the context may see it. */
export function visible(context: RequestContext, item: Item | undefined): Item | undefined {
  return item !== undefined && isVisible(context, item) ? item : undefined;
}

/** A context that only sees records of its own project: it has a user and a project and is no admin. */
export function isBoundToProject(context: RequestContext): boolean {
  return !context.is_admin && Boolean(context.user_id) && Boolean(context.project_id);
}

/** Whether a record belongs to a project that the context may see. */
export function isOwn(context: RequestContext, item: Attributes): boolean {
  return !isBoundToProject(context) || projectOf(item) === context.project_id;
}

/** What must hold of a record for this context to change it: it is there, visible, and of its project. */
export function reachable(context: RequestContext, ownedByProject: boolean): Condition {
  const conditions: Condition[] = [{ kind: 'exists' }];
  if (context.read_deleted === 'no') conditions.push(equals('deleted', false));
  if (context.read_deleted === 'only') conditions.push(equals('deleted', true));
  if (ownedByProject && isBoundToProject(context)) conditions.push(equals('project_id', context.project_id));
  return all(...conditions);
}
