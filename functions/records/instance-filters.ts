import { isMap } from '#objects/versioned/primitive';
import type { Item } from '#ports/tables';
import { plainText } from '#wire/reading';
import { instanceItem, type InstanceItem } from '#records/items/instance';
import { attributeNamed, changedAtOf } from '#records/items/read';

/** What InstanceList.get_by_filters is asked for. */
export type Filters = Readonly<Record<string, unknown>>;

/** Compared whole; a list stands for any of its values. Other names match a part of the text. */
const EXACT = new Set([
  'project_id',
  'user_id',
  'image_ref',
  'vm_state',
  'instance_type_id',
  'uuid',
  'host',
  'node',
  'task_state',
  'cleaned',
  'locked',
  'power_state',
  'launch_index',
  'reservation_id',
]);

/** Filters with a meaning of their own. */
const SPECIAL = new Set([
  'deleted',
  'soft_deleted',
  'changes-since',
  'changes-before',
  'hidden',
  'metadata',
  'system_metadata',
]);

/** The items that pass all filters (nova's instance_get_all_by_filters). */
export function filteredInstances(items: readonly Item[], filters: Filters): Item[] {
  return items.filter((item) => {
    const instance = instanceItem(item);
    return (
      passesDeleted(instance, filters) &&
      instance.hidden === (filters['hidden'] === true) &&
      passesTimes(item, filters) &&
      hasPairs(instance.metadata, filters['metadata']) &&
      hasPairs(instance.system_metadata, filters['system_metadata']) &&
      Object.entries(filters).every(([name, wanted]) => SPECIAL.has(name) || passes(item, name, wanted))
    );
  });
}

function passes(item: Item, name: string, wanted: unknown): boolean {
  const value = attributeNamed(item, name);
  if (Array.isArray(wanted)) return wanted.includes(value);
  if (wanted === null || EXACT.has(name)) return value === wanted;
  return value !== null && plainText(value).includes(plainText(wanted));
}

/** Without the filter, deleted or not does not matter; `soft_deleted` joins those that can still be restored. */
function passesDeleted({ deleted, vm_state }: InstanceItem, filters: Filters): boolean {
  if (!('deleted' in filters)) return true;
  const soft = vm_state === 'soft-delete';
  if (filters['deleted'] === true) return deleted || (filters['soft_deleted'] === true && soft);
  return !deleted && (filters['soft_deleted'] === true || !soft);
}

function passesTimes(item: Item, filters: Filters): boolean {
  const changed = changedAtOf(item);
  const since = filters['changes-since'];
  const before = filters['changes-before'];
  return (typeof since !== 'string' || changed >= since) && (typeof before !== 'string' || changed <= before);
}

function hasPairs(stored: unknown, wanted: unknown): boolean {
  if (wanted === undefined || wanted === null) return true;
  const maps: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
  const pairs = new Map(isMap(stored) ? Object.entries(stored) : []);
  return maps.every((map) => !isMap(map) || Object.entries(map).every(([name, value]) => pairs.get(name) === value));
}

/** One key and direction, or several. */
interface SortOrder {
  readonly sort_key: string;
  readonly sort_dir: string;
  readonly sort_keys: readonly string[] | null;
  readonly sort_dirs: readonly string[] | null;
}

/** Sorted by the keys asked for, newest first when none are, and always by id at last. */
export function sortedInstances(items: readonly Item[], order: SortOrder): Item[] {
  const keys = order.sort_keys ?? [order.sort_key];
  const given = order.sort_dirs ?? [order.sort_dir];
  const sign = (at: number): number => ((given[at] ?? given[0]) === 'asc' ? 1 : -1);
  return items.toSorted((a, b) => {
    for (const [at, key] of [...keys, 'id'].entries()) {
      const compared = compare(attributeNamed(a, key), attributeNamed(b, key));
      if (compared !== 0) return compared * sign(at);
    }
    return 0;
  });
}

function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return plainText(a) < plainText(b) ? -1 : 1;
}
