import { InstanceNotFound, ObjectActionError } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import { NovaObject } from '#objects/versioned/base';
import { Instance } from '#objects/instance/instance';
import { ServiceList } from '#objects/compute/service';
import type { Item } from '#ports/tables';
import { instanceKey } from '#records/keys';
import { tableOf } from '#records/cell-table';
import {
  type InstanceObject,
  INSTANCE_COLUMNS,
  instanceOf,
  isInside,
  loadedValue,
  refreshInstance,
  withFlavors,
} from '#records/instance-item';
import type { Records } from '#records/method';
import { computeServiceOf } from '#records/hosts/compute-service';
import { refreshObject, textOf } from '#records/stored-object';
import { isOwn, isVisible } from '#records/visibility';
import { instanceItem } from '#records/items/instance';

/** What Nova loads when nobody says what is expected. */
const DEFAULT_EXPECTED = ['info_cache', 'security_groups'];

/** Fields with a value of their own request. */
const OUTSIDE = ['fault', 'pci_devices', 'services', 'tags'];

/**
 * An instance of the targeted cell with the expected loadable fields; one request, and one more for each of fault,
 * pci_devices, services and tags.
 *
 * @throws InstanceNotFound
 */
export async function getInstance(
  records: Records,
  uuid: string,
  expected: readonly string[] = DEFAULT_EXPECTED,
): Promise<InstanceObject> {
  return completed(records, await visibleItem(records, uuid), expected);
}

/**
 * The item of an instance that the context may see.
 *
 * @throws InstanceNotFound
 */
async function visibleItem(records: Records, uuid: string): Promise<Item> {
  const item = await records.tables.get(tableOf(records), instanceKey(uuid));
  if (item === undefined || !isVisible(records.context, item) || !isOwn(records.context, item)) {
    throw new InstanceNotFound({ instance_id: uuid });
  }
  return item;
}

/** An Instance of its item with everything expected, reading what lies elsewhere. */
export async function completed(records: Records, item: Item, expected: readonly string[]): Promise<InstanceObject> {
  const instance = instanceOf(item, expected);
  const outside = expected.filter((name) => OUTSIDE.includes(name));
  if (outside.length === 0) return instance;
  for (const name of new Set(outside)) instance.assign(name, await outsideValue(records, item, name));
  instance.resetChanges();
  return instance;
}

/**
 * Loads fields that are still unset, as reading them would in Nova.
 *
 * @throws ObjectActionError for a field that cannot be loaded later, InstanceNotFound
 */
export async function loadInstanceFields(
  records: Records,
  instance: AnyObject,
  names: readonly string[],
): Promise<void> {
  const unset = withFlavors(names.filter((name) => !instance.isSet(name))).filter((name) => !instance.isSet(name));
  if (unset.length === 0) return;
  const odd = unset.find((name) => !Instance.lazy.includes(name));
  if (odd !== undefined) {
    throw new ObjectActionError({ action: 'obj_load_attr', reason: `attribute ${odd} not lazy-loadable` });
  }
  const gone = instance.peek('deleted') === true;
  const seen = {
    ...records,
    context: { ...records.context, read_deleted: gone ? 'yes' : records.context.read_deleted },
  };
  const item = await visibleItem(seen, textOf(instance, 'uuid') ?? '');
  for (const name of unset) {
    const value = isInside(name)
      ? loadedValue(item, name)
      : await outsideValue(seen, gone ? { ...item, deleted: true } : item, name);
    instance.assign(name, value);
  }
  instance.resetChanges(unset);
}

/** Instance.refresh: every set field is read again. */
export async function refreshFromStore(records: Records, instance: AnyObject): Promise<null> {
  const item = await visibleItem(records, textOf(instance, 'uuid') ?? '');
  const set = Instance.lazy.filter((name) => instance.isSet(name));
  for (const name of set.filter((each) => !isInside(each))) {
    instance.assign(name, await outsideValue(records, item, name));
  }
  const cache: unknown = instance.peek('info_cache');
  if (cache instanceof NovaObject) {
    const current: unknown = loadedValue(item, 'info_cache');
    if (current instanceof NovaObject) {
      refreshObject(cache, current.toPrimitive()['nova_object.data'], cache.setFields);
    }
  }
  refreshInstance(
    instance,
    item,
    set.filter((name) => name !== 'info_cache'),
    INSTANCE_COLUMNS.filter((name) => instance.isSet(name)),
  );
  return null;
}

/** What only some callers expect is read with the code that reads it, so that a function's start is without both. */
async function outsideValue(records: Records, item: Item, name: string): Promise<unknown> {
  const { uuid, deleted } = instanceItem(item);
  switch (name) {
    case 'fault':
      return (await import('./instance-fault.ts')).latestFault(records, uuid);
    case 'tags':
      return (await import('./tag.ts')).tagsOf(records, deleted ? undefined : uuid);
    case 'pci_devices':
      return (await import('./pci-device.ts')).devicesOfInstance(records, uuid);
    default:
      return servicesOf(records, item);
  }
}

/** The compute service of a server's host, as a list; none for a deleted server. */
export async function servicesOf(records: Records, item: Item): Promise<AnyObject> {
  const { host, deleted } = instanceItem(item);
  const service = host !== null && !deleted ? await computeServiceOf(records, host) : undefined;
  return ServiceList.load({ objects: service === undefined ? [] : [service] });
}
