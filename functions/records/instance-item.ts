import type { AnyObject } from '#objects/versioned/any-object';
import { NovaObject } from '#objects/versioned/base';
import { receiveField } from '#objects/versioned/field';
import { Instance } from '#objects/instance/instance';
import { InstanceInfoCache } from '#objects/instance/instance-info-cache';
import type { Json } from '#ports/json';
import type { Attributes, Item } from '#ports/tables';
import { loadObject, receiver, refreshObject } from './stored-object.ts';
import { infoCacheItem } from '#records/items/info-cache';
import { attributeNamed } from '#records/items/read';

/** An instance's object. */
export type InstanceObject = NovaObject<typeof Instance.fields>;

/**
 * An instance is one item: its columns under their names, and whole values for what Nova keeps in other tables
 * (metadata, system metadata, security groups, extra data, flavors). The info cache is flat, so that it is changed
 * alone: `network_info` with two times of its own.
 */

const lazy: ReadonlySet<string> = new Set(Instance.lazy);

/** The fields that are always there: all but those that can be loaded later. */
export const INSTANCE_COLUMNS: readonly string[] = Instance.fieldNames.filter((name) => !lazy.has(name));

const columns: ReadonlySet<string> = new Set(INSTANCE_COLUMNS);

/** Whether a field is a column of the instance itself. */
export const isColumn = (name: string): boolean => columns.has(name);

/** What Nova's API has loaded of an Instance when it asks for something to be done with it. */
export const LOADED_BY_API = ['metadata', 'system_metadata', 'info_cache', 'security_groups', 'flavor'];

/** Stored as whole wire values, null when there is none. */
export const EXTRA_FIELDS = [
  'numa_topology',
  'pci_requests',
  'device_metadata',
  'vcpu_model',
  'migration_context',
  'trusted_certs',
  'resources',
] as const;

/** Loaded together: Nova keeps them in one document. */
export const FLAVOR_FIELDS = ['flavor', 'old_flavor', 'new_flavor'] as const;

/** Loadable fields whose values lie in the item. The others need a request of their own. */
const INSIDE: ReadonlySet<string> = new Set<string>([
  'metadata',
  'system_metadata',
  'info_cache',
  'security_groups',
  'ec2_ids',
  'keypairs',
  ...FLAVOR_FIELDS,
  ...EXTRA_FIELDS,
]);

/** Whether a loadable field comes with the item. */
export const isInside = (name: string): boolean => INSIDE.has(name);

const EMPTY_LIST = { 'nova_object.namespace': 'nova', 'nova_object.data': { objects: [] } };
const NO_SECURITY_GROUPS = {
  ...EMPTY_LIST,
  'nova_object.name': 'SecurityGroupList',
  'nova_object.version': '1.1',
};
const NO_KEYPAIRS = { ...EMPTY_LIST, 'nova_object.name': 'KeyPairList', 'nova_object.version': '1.3' };

/** An Instance of its item, with the loadable fields that are asked for and lie in the item. */
export function instanceOf(item: Item, expected: readonly string[]): NovaObject<typeof Instance.fields> {
  const instance = loadObject(Instance, item, INSTANCE_COLUMNS);
  const values = withFlavors(expected).filter(isInside);
  for (const name of values) instance.assign(name, loadedValue(item, name));
  instance.resetChanges();
  return instance;
}

/** Any of the three flavors brings all of them. */
export function withFlavors(expected: readonly string[]): string[] {
  const names = new Set(expected);
  if (FLAVOR_FIELDS.some((name) => names.has(name))) for (const name of FLAVOR_FIELDS) names.add(name);
  return [...names];
}

/** The value of a loadable field that lies in the item. */
export function loadedValue(item: Item, name: string): unknown {
  const stored = attributeNamed(item, name);
  switch (name) {
    case 'metadata':
    case 'system_metadata':
      return stored ?? {};
    case 'info_cache':
      return infoCacheOf(item);
    case 'security_groups':
      return receiver.object(stored ?? NO_SECURITY_GROUPS);
    case 'keypairs':
      return receiver.object(stored ?? NO_KEYPAIRS);
    default: {
      const field = Instance.field(name);
      return field === undefined ? null : receiveField(field, stored, name, receiver);
    }
  }
}

/** Gives an instance its columns, and the named loadable fields that lie in the item; no mark is left on it. */
export function refreshInstance(
  instance: AnyObject,
  item: Item,
  names: readonly string[],
  columnNames: readonly string[] = INSTANCE_COLUMNS,
): void {
  for (const name of names) {
    if (!isInside(name)) continue;
    const cache: unknown = name === 'info_cache' ? instance.peek('info_cache') : undefined;
    if (cache instanceof NovaObject && hasInfoCache(item)) {
      refreshObject(cache, infoCacheItem(item));
    } else {
      instance.assign(name, loadedValue(item, name));
    }
  }
  refreshObject(instance, item, columnNames);
}

/** Whether the info cache is there: Nova's row may be gone. */
export const hasInfoCache = (item: Attributes): boolean => infoCacheItem(item).network_info !== null;

/** The info cache as an object, null when it is gone. */
export function infoCacheOf(item: Item): NovaObject<typeof InstanceInfoCache.fields> | null {
  return hasInfoCache(item) ? loadObject(InstanceInfoCache, infoCacheItem(item)) : null;
}

/** A flavor's description is never kept with a server. */
export function plainFlavor(flavor: Json): Json {
  if (flavor === null || typeof flavor !== 'object' || Array.isArray(flavor)) return flavor;
  const data = flavor['nova_object.data'];
  if (data === null || typeof data !== 'object' || Array.isArray(data) || !('description' in data)) return flavor;
  return { ...flavor, 'nova_object.data': { ...data, description: null } };
}
