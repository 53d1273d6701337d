import { ObjectActionError } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import type { NovaObject } from '#objects/versioned/base';
import { InstanceFault, InstanceFaultList } from '#objects/instance/instance-fault';
import type { Item } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { tableOf } from '#records/cell-table';
import { stringColumn, textColumn } from '#records/column-text';
import { createRecord, persistentFields } from '#records/create-record';
import { inParallel } from '#records/in-parallel';
import { faultKey, instanceKey } from '#records/keys';
import { text, texts } from '#records/arguments';
import { mayRead, reportsAs } from '#records/authority/rules';
import type { RecordMethods, Records } from '#records/method';
import { classMethod, instanceMethod } from '#records/remotable-method';
import { attributesOf, loadObject, refreshObject, textOf } from '#records/stored-object';
import { faultItem } from '#records/items/instance-fault';

type Fault = NovaObject<typeof InstanceFault.fields>;

/** Servers whose faults are read at a time. */
const AT_ONCE = 10;

/** What a fault says. */
export interface FaultFacts {
  readonly instance_uuid: string;
  readonly code: number;
  readonly message: string | null;
  readonly details: string | null;
  readonly host: string | null;
}

/**
 * Records a fault, its texts cut as Nova's columns cut them, under `records.writer`, so that a repeated step records it
 * once; without a writer, each time.
 */
export async function recordFault(records: Records, facts: FaultFacts): Promise<Item> {
  const table = tableOf(records);
  const key = faultKey(facts.instance_uuid, records.writer ?? records.ids.uuid());
  const found = records.writer === undefined ? undefined : await records.tables.get(table, key);
  if (found !== undefined) return found;
  const id = await records.counter.nextId(records.tables, table, 'instance_faults');
  const { message, details } = facts;
  const kept = {
    ...facts,
    message: message === null ? null : stringColumn(message),
    details: details === null ? null : textColumn(details),
  };
  return createRecord(records, table, key, { ...kept, ...persistentFields(records), id }, () => {
    return new ObjectActionError({ action: 'create', reason: 'already created' });
  });
}

/** The newest fault of a server, null when there is none. */
export async function latestFault(records: Records, uuid: string): Promise<Fault | null> {
  const faults = await faultsOf(records, uuid);
  return faults[0] ?? null;
}

/** Sorts by time, then by id. */
const order = (item: Item): string => {
  const { created_at, id } = faultItem(item);
  return `${created_at}#${String(id).padStart(12, '0')}`;
};

/** The faults of a server, newest first. */
async function faultsOf(records: Records, uuid: string): Promise<Fault[]> {
  const items = await allPages(records.tables, tableOf(records), {
    partition: instanceKey(uuid).pk,
    sortPrefix: 'fault#',
  });
  const newest = items.toSorted((a, b) => (order(a) < order(b) ? 1 : -1));
  return newest.map((item) => loadObject(InstanceFault, item));
}

async function create(records: Records, fault: AnyObject): Promise<null> {
  if (fault.isSet('id')) throw new ObjectActionError({ action: 'create', reason: 'already created' });
  const stored = attributesOf(fault, ['code', 'host']);
  const { maskedText } = await import('#wire/masked-text');
  const item = await recordFault(records, {
    message: maskedText(textOf(fault, 'message') ?? ''),
    details: maskedText(textOf(fault, 'details') ?? ''),
    host: null,
    code: 500,
    ...stored,
    instance_uuid: textOf(fault, 'instance_uuid') ?? '',
  });
  refreshObject(fault, item);
  return null;
}

async function ofInstances(records: Records, uuids: readonly string[], most: number): Promise<AnyObject> {
  const faults = new Map<string, readonly Fault[]>();
  await inParallel([...new Set(uuids)], AT_ONCE, async (uuid) => void faults.set(uuid, await faultsOf(records, uuid)));
  return InstanceFaultList.load({ objects: uuids.flatMap((uuid) => faults.get(uuid)?.slice(0, most) ?? []) });
}

export const instanceFault: RecordMethods = {
  instance: { create: instanceMethod({ schema: {}, authority: reportsAs('instance_uuid', 'host') }, create) },
  class: {
    get_latest_for_instance: classMethod(
      { schema: { instance_uuid: text }, authority: mayRead('instance_uuid') },
      (records, { instance_uuid }) => latestFault(records, instance_uuid),
    ),
  },
};

export const instanceFaultList: RecordMethods = {
  class: {
    get_by_instance_uuids: classMethod(
      { schema: { instance_uuids: texts }, authority: mayRead('instance_uuids') },
      (records, { instance_uuids }) => ofInstances(records, instance_uuids, Number.POSITIVE_INFINITY),
    ),
    get_latest_by_instance_uuids: classMethod(
      { schema: { instance_uuids: texts }, authority: mayRead('instance_uuids') },
      (records, { instance_uuids }) => ofInstances(records, instance_uuids, 1),
    ),
  },
};
