import { AggregateNameExists, AggregateNotFound, ObjectActionError } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import { Aggregate, AggregateList } from '#objects/api/aggregate';
import { all as every, equals, exists } from '#ports/conditions';
import { TransactionConflict, TransactionRefused, type Attributes, type Item } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { persistentFields } from '#records/create-record';
import { aggregateKey, API } from '#records/keys';
import { integer, optionalText, optionalTexts, text, textsByName } from '#records/arguments';
import { API_ONLY, CELL_FACTS } from '#records/authority/rules';
import type { RecordMethods, Records } from '#records/method';
import { classMethod, instanceMethod } from '#records/remotable-method';
import { newUuid } from '#records/new-uuid';
import { attributesOf, loadObject, numberOf, refreshObject, textOf } from '#records/stored-object';
import { aggregateItem, type AggregateItem } from '#records/items/aggregate';
import { byId } from '#records/by-id';
import { changeRecord, CHANGES } from './change-record.ts';
import { createNamed, deleteNamed, giveNameBack, reserveName, type UniqueName } from '#records/unique-names';

/** All aggregates, by id: they are few and lie in one partition. */
async function all(records: Records): Promise<Item[]> {
  const { pk } = aggregateKey(0);
  const items = await allPages(records.tables, API, { partition: pk, consistent: true });
  return byId(items);
}

async function one(
  records: Records,
  matches: (aggregate: AggregateItem) => boolean,
  name: number | string,
): Promise<AnyObject> {
  const item = (await all(records)).find((each) => matches(aggregateItem(each)));
  if (item === undefined) throw new AggregateNotFound({ aggregate_id: name });
  return loadObject(Aggregate, item);
}

const nameOf = (name: string): UniqueName => ({
  kind: 'aggregate',
  name,
  taken: () => new AggregateNameExists({ aggregate_name: name }),
});

/**
 * A repeat of the message that made an aggregate finds it.
 *
 * @throws AggregateNameExists
 */
async function create(records: Records, aggregate: AnyObject): Promise<null> {
  if (aggregate.isSet('id')) throw new ObjectActionError({ action: 'create', reason: 'already created' });
  const made_by = newUuid(records, 'aggregate');
  const there = await all(records);
  const made = there.find((each) => aggregateItem(each).made_by === made_by);
  if (made !== undefined) {
    refreshObject(aggregate, made);
    return null;
  }
  const name = nameOf(textOf(aggregate, 'name') ?? '');
  if (there.some((each) => aggregateItem(each).name === name.name)) throw name.taken();
  const id = await records.counter.nextId(records.tables, API, 'aggregates');
  const attributes = {
    hosts: [],
    metadata: {},
    ...attributesOf(aggregate, aggregate.changes),
    ...persistentFields(records),
    id,
    made_by,
    uuid: textOf(aggregate, 'uuid') ?? made_by,
  };
  refreshObject(aggregate, await createNamed(records, aggregateKey(id), attributes, [name]));
  return null;
}

/**
 * Saves what may be saved of an aggregate, its name, which no other one has then.
 *
 * @throws AggregateNotFound, AggregateNameExists
 * @throws TransactionConflict when it was renamed meanwhile; the same call may be tried again
 */
async function save(records: Records, aggregate: AnyObject): Promise<null> {
  const id = numberOf(aggregate, 'id') ?? 0;
  const there = await all(records);
  const item = there.find((each) => aggregateItem(each).id === id);
  if (item === undefined) throw new AggregateNotFound({ aggregate_id: id });
  const { name: before, uuid } = aggregateItem(item);
  const name = nameOf((aggregate.changes.has('name') ? textOf(aggregate, 'name') : before) ?? '');
  if (name.name !== before) {
    if (there.some((each) => aggregateItem(each).name === name.name)) throw name.taken();
    await rename(records, id, { before, uuid, name });
  }
  return change(records, aggregate, () => ({}));
}

async function rename(
  { tables }: Records,
  id: number,
  { before, uuid, name }: { readonly before: string | null; readonly uuid: string; readonly name: UniqueName },
): Promise<void> {
  const key = aggregateKey(id);
  const condition = every(exists, equals<AggregateItem>('name', before));
  const update = { set: { name: name.name }, add: { [CHANGES]: 1 } };
  try {
    await tables.transact([
      { kind: 'update', table: API, key, update, condition },
      reserveName(key, uuid, name),
      giveNameBack(name.kind, before),
    ]);
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    if (error.refusals[0] === undefined) throw name.taken();
    throw new TransactionConflict('the aggregate was renamed meanwhile', { cause: error });
  }
}

/** @throws AggregateNotFound */
async function destroy(records: Records, aggregate: AnyObject): Promise<null> {
  const id = numberOf(aggregate, 'id') ?? 0;
  const deleted = await deleteNamed(records, aggregateKey(id), (item) => [['aggregate', aggregateItem(item).name]]);
  if (!deleted) throw new AggregateNotFound({ aggregate_id: id });
  return null;
}

/** Changes what is stored, and gives the object all of it. */
async function change(
  records: Records,
  aggregate: AnyObject,
  set: (aggregate: AggregateItem) => Attributes,
): Promise<null> {
  const id = numberOf(aggregate, 'id') ?? 0;
  const missing = (): Error => new AggregateNotFound({ aggregate_id: id });
  const record = { table: API, key: aggregateKey(id), missing };
  refreshObject(aggregate, await changeRecord(records, record, (item) => set(aggregateItem(item))));
  return null;
}

/** A null takes an entry away. */
function updatedMetadata(stored: AggregateItem, updates: Readonly<Record<string, string | null>>): Attributes {
  const updated = Object.entries({ ...stored.metadata, ...updates });
  return { metadata: Object.fromEntries(updated.filter((entry): entry is [string, string] => entry[1] !== null)) };
}

const listOf = (items: readonly Item[]): AnyObject =>
  AggregateList.load({ objects: items.map((item) => loadObject(Aggregate, item)) });

export const aggregate: RecordMethods = {
  instance: {
    create: instanceMethod({ schema: {}, authority: API_ONLY }, create),
    save: instanceMethod({ schema: {}, authority: API_ONLY }, save),
    update_metadata: instanceMethod(
      { schema: { updates: textsByName }, authority: API_ONLY },
      (records, object, { updates }) => change(records, object, (item) => updatedMetadata(item, updates)),
    ),
    add_host: instanceMethod({ schema: { host: text }, authority: API_ONLY }, (records, object, { host }) =>
      change(records, object, (item) => ({ hosts: [...new Set([...item.hosts, host])] })),
    ),
    delete_host: instanceMethod({ schema: { host: text }, authority: API_ONLY }, (records, object, { host }) =>
      change(records, object, (item) => ({ hosts: item.hosts.filter((each) => each !== host) })),
    ),
    destroy: instanceMethod({ schema: {}, authority: API_ONLY }, destroy),
  },
  class: {
    get_by_id: classMethod({ schema: { aggregate_id: integer }, authority: CELL_FACTS }, (records, { aggregate_id }) =>
      one(records, (each) => each.id === aggregate_id, aggregate_id),
    ),
    get_by_uuid: classMethod(
      { schema: { aggregate_uuid: text }, authority: CELL_FACTS },
      (records, { aggregate_uuid }) => one(records, (each) => each.uuid === aggregate_uuid, aggregate_uuid),
    ),
  },
};

export const aggregateList: RecordMethods = {
  class: {
    get_all: classMethod({ schema: {}, authority: CELL_FACTS }, async (records) => listOf(await all(records))),
    get_by_host: classMethod(
      { schema: { host: text, key: optionalText }, authority: CELL_FACTS },
      async (records, { host, key }) => {
        const items = (await all(records)).filter(
          (item) =>
            aggregateItem(item).hosts.includes(host) &&
            (key === null || Object.hasOwn(aggregateItem(item).metadata, key)),
        );
        return listOf(items);
      },
    ),
    get_by_metadata_key: classMethod(
      { schema: { key: text, hosts: optionalTexts }, authority: CELL_FACTS },
      async (records, { key, hosts }) => {
        const items = (await all(records)).filter(
          (item) =>
            Object.hasOwn(aggregateItem(item).metadata, key) &&
            (hosts === null || aggregateItem(item).hosts.some((host) => hosts.includes(host))),
        );
        return listOf(items);
      },
    ),
    get_by_metadata: classMethod(
      { schema: { key: optionalText, value: optionalText }, authority: CELL_FACTS },
      async (records, { key, value }) => {
        const items = (await all(records)).filter((item) =>
          Object.entries(aggregateItem(item).metadata).some(
            ([name, stored]) => (key === null || key === name) && (value === null || value === stored),
          ),
        );
        return listOf(items);
      },
    ),
  },
};
