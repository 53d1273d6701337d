import { unmarked } from '#records/unmarked';
import {
  InstanceInfoCacheNotFound,
  InstanceNotFound,
  InstanceUpdateConflict,
  UnexpectedDeletingTaskStateError,
  UnexpectedTaskStateError,
  ValueError,
} from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import { NovaObject } from '#objects/versioned/base';
import { InstancePCIRequest } from '#objects/pci/instance-pci-request';
import { all, equals, not, oneOf, type Condition } from '#ports/conditions';
import { LOOKUP } from '#ports/index-attribute';
import type { Json } from '#ports/json';
import type { Attributes, Item } from '#ports/tables';
import { mayNot, instanceAuthority } from '#records/authority/conditions';
import { tableOf } from '#records/cell-table';
import { instanceIndexKeys, lookupPartition, statusPartition } from '#records/instance-index';
import {
  EXTRA_FIELDS,
  FLAVOR_FIELDS,
  hasInfoCache,
  isColumn,
  refreshInstance,
  plainFlavor,
} from '#records/instance-item';
import { instanceKey } from '#records/keys';
import type { Records } from '#records/method';
import { hostGuards, hostRefusal } from './host-saves.ts';
import { servicesOf } from './instance-load.ts';
import { textOrNull } from '#wire/reading';
import { saveRecord } from '#records/save-record';
import { DELETING, DELETION, ENDED } from '#records/operation';
import { computeId } from '#records/node-id';
import { present } from '#records/stamp';
import { recordToNotify, savedInstance } from '#records/state-update';
import { textOf, wireValue } from '#records/stored-object';
import { instanceItem, type InstanceItem } from '#records/items/instance';
import { attributeNamed, indexKeysOf, storedValue } from '#records/items/read';
import type { InfoCacheItem } from '#records/items/info-cache';

/** Loadable fields that a save reads back with the item. Devices and tags are left as they were sent. */
const READ_BACK = ['metadata', 'info_cache', 'security_groups'] as const;

/**
 * Instance.save: one conditional update of the whole item. Expected states are conditions of it; a record that misses
 * one is answered as Nova answers it.
 *
 * Without a changed column nothing is expected of the record and the object is not read back, but changed extra data,
 * flavors and network info are stored all the same.
 *
 * @throws InstanceNotFound, InstanceInfoCacheNotFound, UnexpectedTaskStateError, UnexpectedDeletingTaskStateError,
 * InstanceUpdateConflict, Forbidden
 */
export async function saveInstance(records: Records, instance: AnyObject, args: ExpectedStates): Promise<null> {
  const uuid = textOf(instance, 'uuid') ?? '';
  const changes = instance.changes;
  const row = rowChanges(instance, changes);
  const beside = besideChanges(instance, changes);
  const expected = expectedStates(args);
  const hasRow = Object.keys(row).length > 0;
  if (!hasRow && Object.keys(beside).length === 0) return null;
  mustKeepOwner(records, uuid, row);
  Object.assign(row, await computeId(records, instance, row));
  const notices = hasRow ? records.notices : undefined;
  const before = notices && (await recordToNotify(records.tables, notices.config, tableOf(records), uuid));
  const item = await saveRecord(records, {
    table: tableOf(records),
    key: instanceKey(uuid),
    ...(hasRow
      ? { set: row, ...indexChanges(records, instance, changes, uuid, beside) }
      : { set: beside, derived: cacheTime(records, beside), untouched: true }),
    authority: instanceAuthority(records, uuid, row),
    owned: true,
    // Packed attributes are compared by nobody; writing them again changes nothing.
    always: hasRow || Object.keys(beside).some((name) => name !== 'network_info'),
    guards: [...guardsOf(hasRow ? expected : new Map(), beside), ...hostGuards(records, row)],
    missing: () => new InstanceNotFound({ instance_id: uuid }),
    refused: (found) =>
      refusal(uuid, hasRow ? expected : new Map(), beside, found) ?? hostRefusal(records, uuid, row, found),
  });
  forgetStored(instance, beside);
  if (!hasRow) return null;
  refreshInstance(instance, item, [...READ_BACK.filter((name) => instance.isSet(name)), 'system_metadata']);
  if (instance.isSet('services')) await refreshServices(records, instance, item, changes.has('host'));
  await correctStatus(records, item);
  if (before !== undefined) noticeSave(records, before, item);
  return null;
}

/** Whose a server is: nothing that a host decides by a save. */
const OWNER = ['project_id', 'user_id', 'reservation_id'];

/** @throws Forbidden for a host that gives a server to another project or user */
function mustKeepOwner({ hosts }: Records, uuid: string, row: Attributes): void {
  const name = OWNER.find((each) => each in row);
  if (hosts !== undefined && name !== undefined) throw mayNot(hosts, `change ${name} of instance ${uuid}`);
}

function noticeSave(records: Records, before: Item, item: Item): void {
  const { clock, context, notices, tables, writer } = records;
  if (notices === undefined) return;
  const id = `saved-${instanceItem(item).uuid}-${writer ?? clock.now()}`;
  notices.add(
    savedInstance({ clock, tables, config: notices.config }, { id, before, item, context, table: tableOf(records) }),
  );
}

/** Reads the services again; after a change of host those of the host before, as Nova answers them. */
async function refreshServices(records: Records, instance: AnyObject, item: Item, moved: boolean): Promise<void> {
  const sent: unknown = instance.peek('services');
  const [service] = sent instanceof NovaObject ? sent.objects : [];
  const host = moved ? (service?.peek('host') ?? null) : instanceItem(item).host;
  const located = { ...item, host: typeof host === 'string' ? host : null };
  instance.assign('services', await servicesOf(records, located));
  instance.resetChanges(['services']);
}

/** Changed columns, and the two maps that count as columns. */
function rowChanges(instance: AnyObject, changes: ReadonlySet<string>): Attributes {
  const row: Attributes = {};
  for (const name of changes) {
    if (!isColumn(name) && name !== 'metadata' && name !== 'system_metadata') continue;
    const value = wireValue(instance, name);
    if (value !== undefined) row[name] = value;
  }
  return row;
}

/** What Nova stores beside the row: network info, flavors without their descriptions, extra data. */
function besideChanges(instance: AnyObject, changes: ReadonlySet<string>): Attributes {
  const beside: Attributes = {};
  const cache: unknown = instance.peek('info_cache');
  if (cache instanceof NovaObject && cache.changes.has('network_info')) {
    beside['network_info'] = wireValue(cache, 'network_info') ?? null;
  }
  if (FLAVOR_FIELDS.some((name) => changes.has(name))) {
    for (const name of FLAVOR_FIELDS) beside[name] = plainFlavor(wireValue(instance, name) ?? null);
  }
  for (const name of EXTRA_FIELDS) {
    if (changes.has(name)) beside[name] = wireValue(instance, name) ?? null;
  }
  return { ...beside, ...pciRequests(instance) };
}

/**
 * PCI requests are stored whenever they are set: a change inside one leaves no mark. Nova reads every field of each to
 * do so, which gives unset ones their defaults; marks are not stored.
 */
function pciRequests(instance: AnyObject): Attributes {
  const requests: unknown = instance.peek('pci_requests');
  if (!(requests instanceof NovaObject)) return {};
  const list: unknown = requests.peek('requests');
  for (const request of Array.isArray(list) ? list : []) {
    if (!(request instanceof NovaObject)) continue;
    for (const name of InstancePCIRequest.fieldNames) if (!request.isSet(name)) request.assign(name, null);
  }
  return { pci_requests: unmarked(requests.toPrimitive()) };
}

/** The info cache's own time, when its networks change. */
function cacheTime(records: Records, beside: Attributes): Attributes {
  return 'network_info' in beside ? { info_cache_updated_at: present(records) } : {};
}

/** Index keys that follow from the changes. */
function indexChanges(
  records: Records,
  instance: AnyObject,
  changes: ReadonlySet<string>,
  uuid: string,
  beside: Attributes,
): { derived: Attributes; remove: readonly string[] } {
  const keys = instanceIndexKeys({
    uuid,
    host: textOf(instance, 'host') ?? null,
    vm_state: textOf(instance, 'vm_state') ?? null,
    task_state: textOf(instance, 'task_state') ?? null,
    deleted: instance.peek('deleted') === true,
    cleaned: instance.peek('cleaned') === true,
    hidden: instance.peek('hidden') === true,
    created_at: textOf(instance, 'created_at') ?? '',
  });
  const moved = changes.has('host') || changes.has('cleaned');
  const turned = changes.has('vm_state') || changes.has('task_state');
  const { by_host, by_host_sort, lookup } = keys.set;
  return {
    derived: {
      ...beside,
      ...cacheTime(records, beside),
      ...(moved && by_host !== undefined && by_host_sort !== undefined ? { by_host, by_host_sort } : {}),
      ...((turned || moved) && lookup !== undefined ? { lookup } : {}),
      ...(changes.has('task_state') && DELETING.some((state) => state === instance.peek('task_state'))
        ? { [DELETION]: true }
        : {}),
      ...(changes.has('task_state') && instance.peek('task_state') === null
        ? { [ENDED]: textOf(instance, 'vm_state') ?? '' }
        : {}),
    },
    remove: [
      ...keys.remove.filter((name) => (name === 'lookup' ? turned || moved : moved)),
      ...(isRestored(instance, changes) ? [DELETION] : []),
    ],
  };
}

/** Whether its user has a soft-deleted server back: Nova's API takes back the time of its deletion. */
const isRestored = (instance: AnyObject, changes: ReadonlySet<string>): boolean =>
  changes.has('deleted_at') &&
  instance.peek('deleted_at') === null &&
  !DELETING.some((state) => state === instance.peek('task_state'));

type Expected = ReadonlyMap<'task_state' | 'vm_state', readonly (string | null)[]>;

/** States that a save expects the record to be in: one, one of several, or null for any. */
interface ExpectedStates {
  readonly expected_vm_state?: string | readonly (string | null)[] | null;
  readonly expected_task_state?: string | readonly (string | null)[] | null;
}

/** States that a save may expect: Nova has half as many, and a condition takes no more values. */
const MOST_EXPECTED = 100;

/** A single value or a list; a null alone means that nothing is expected, a null in a list that the state is null. */
function expectedStates(args: ExpectedStates): Expected {
  const expected = new Map<'task_state' | 'vm_state', readonly (string | null)[]>();
  for (const name of ['task_state', 'vm_state'] as const) {
    const value = args[`expected_${name}`];
    if (value === null || value === undefined) continue;
    if (value.length > MOST_EXPECTED && typeof value !== 'string')
      throw new ValueError(`Field expected_${name}: more than ${MOST_EXPECTED} states`);
    expected.set(name, typeof value === 'string' ? [value] : value);
  }
  return expected;
}

function guardsOf(expected: Expected, beside: Attributes): Condition[] {
  const guards = [...expected].map(([name, values]) => oneOf(name, values));
  return 'network_info' in beside ? [...guards, not(equals<InfoCacheItem>('network_info', null))] : guards;
}

/** Why the guard did not hold, in Nova's errors; undefined when it does. */
function refusal(uuid: string, expected: Expected, beside: Attributes, found: Item): Error | undefined {
  if ('network_info' in beside && !hasInfoCache(found)) return new InstanceInfoCacheNotFound({ instance_uuid: uuid });
  const wanted: Record<string, readonly (string | null)[]> = {};
  const actual: Record<string, Json> = {};
  for (const [name, values] of expected) {
    const state = attributeNamed(found, name);
    if (values.some((value) => value === state)) continue;
    wanted[name] = values;
    actual[name] = state;
  }
  const params = { instance_uuid: uuid, expected: wanted, actual };
  if ('task_state' in actual) {
    return actual['task_state'] === 'deleting'
      ? new UnexpectedDeletingTaskStateError(params)
      : new UnexpectedTaskStateError(params);
  }
  if ('vm_state' in actual) return new InstanceUpdateConflict(params);
  return undefined;
}

/** Takes the marks off what was stored beside the row, as Nova's nested saves do. */
function forgetStored(instance: AnyObject, beside: Attributes): void {
  const cache: unknown = instance.peek('info_cache');
  if ('network_info' in beside && cache instanceof NovaObject) cache.resetChanges();
  if ('flavor' in beside) instance.resetChanges([...FLAVOR_FIELDS]);
  if (instance.isSet('security_groups')) instance.resetChanges(['security_groups']);
}

/**
 * The partition of the lookup is computed from the object that was sent; when its copy of the other state was stale,
 * the item shows up under the wrong one, or under none. It is put right as long as both states are still these.
 */
async function correctStatus(records: Records, item: Item): Promise<void> {
  const { uuid, deleted, hidden, host, lookup } = instanceItem(item);
  const vm_state = textOrNull(storedValue<InstanceItem>(item, 'vm_state'));
  const task_state = textOrNull(storedValue<InstanceItem>(item, 'task_state'));
  const facts = { uuid, host, vm_state, task_state, deleted, hidden };
  const right = lookupPartition(facts);
  // One whose host an earlier write did not know is under its state, which does no harm.
  if (lookup === (right ?? null) || lookup === statusPartition(facts)) return;
  if (indexKeysOf(item, LOOKUP).sort === null) return;
  await records.tables.update(
    tableOf(records),
    { pk: item.pk, sk: item.sk },
    right === undefined ? { remove: [LOOKUP] } : { set: { lookup: right } },
    all(equals<InstanceItem>('vm_state', vm_state), equals<InstanceItem>('task_state', task_state)),
  );
}
