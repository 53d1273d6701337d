import { AggregateNotFound, ObjectActionError } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import { Aggregate, AggregateList } from '#objects/api/aggregate';
import { isMap } from '#objects/versioned/primitive';
import { exists } from '#ports/conditions';
import { ConditionFailed, type Attributes, type Item } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { createRecord, newborn } from '#records/create-record';
import { aggregateKey, API } from '#records/keys';
import type { RecordMethods, Records } from '#records/method';
import { newUuid } from '#records/new-uuid';
import { present } from '#records/stamp';
import { attributesOf, loadObject, numberOf, refreshObject, textOf } from '#records/stored-object';

/** All aggregates, by id: they are few and lie in one partition. */
async function all(records: Records): Promise<Item[]> {
  const { pk } = aggregateKey(0);
  const items = await allPages(records.tables, API, { partition: pk, consistent: true });
  return items.toSorted((a, b) => Number(a['id']) - Number(b['id']));
}

const hostsOf = (item: Item): string[] => (Array.isArray(item['hosts']) ? item['hosts'].map(String) : []);

const metadataOf = (item: Item): Readonly<Record<string, unknown>> => (isMap(item['metadata']) ? item['metadata'] : {});

async function one(records: Records, matches: (item: Item) => boolean, name: number | string): Promise<AnyObject> {
  const item = (await all(records)).find(matches);
  if (item === undefined) throw new AggregateNotFound({ aggregate_id: name });
  return loadObject(Aggregate, item);
}

async function create(records: Records, aggregate: AnyObject): Promise<null> {
  if (aggregate.isSet('id')) throw new ObjectActionError({ action: 'create', reason: 'already created' });
  const id = await records.counter.nextId(records.tables, API, 'aggregates');
  const attributes: Attributes = {
    hosts: [],
    metadata: {},
    ...attributesOf(aggregate, aggregate.changes),
    ...newborn(records),
    id,
    uuid: textOf(aggregate, 'uuid') ?? newUuid(records, 'aggregate'),
  };
  const item = await createRecord(records, API, aggregateKey(id), attributes, () => {
    return new ObjectActionError({ action: 'create', reason: 'already created' });
  });
  refreshObject(aggregate, item);
  return null;
}

/** Changes what is stored, and gives the object all of it. */
async function change(records: Records, aggregate: AnyObject, set: (item: Item) => Attributes): Promise<null> {
  const id = numberOf(aggregate, 'id') ?? 0;
  const key = aggregateKey(id);
  const found = await records.tables.get(API, key);
  if (found === undefined) throw new AggregateNotFound({ aggregate_id: id });
  try {
    const update = { set: { ...set(found), updated_at: present(records) } };
    refreshObject(aggregate, (await records.tables.update(API, key, update, exists)).item);
    return null;
  } catch (error) {
    throw error instanceof ConditionFailed ? new AggregateNotFound({ aggregate_id: id }) : error;
  }
}

/** A null takes an entry away. */
function updatedMetadata(item: Item, updates: unknown): Attributes {
  const metadata: Record<string, string> = {};
  const given = isMap(updates) ? updates : {};
  for (const [name, value] of Object.entries({ ...metadataOf(item), ...given })) {
    if (typeof value === 'string') metadata[name] = value;
  }
  return { metadata };
}

const listOf = (items: readonly Item[]): AnyObject =>
  AggregateList.load({ objects: items.map((item) => loadObject(Aggregate, item)) });

export const aggregate: RecordMethods = {
  instance: {
    create,
    save: (records, object) =>
      change(records, object, () =>
        attributesOf(
          object,
          [...object.changes].filter((name) => name === 'name'),
        ),
      ),
    update_metadata: (records, object, args) =>
      change(records, object, (item) => updatedMetadata(item, args['updates'])),
    add_host: (records, object, args) =>
      change(records, object, (item) => ({ hosts: [...new Set([...hostsOf(item), String(args['host'])])] })),
    delete_host: (records, object, args) =>
      change(records, object, (item) => ({ hosts: hostsOf(item).filter((host) => host !== args['host']) })),
    destroy: async (records, object) => {
      const id = numberOf(object, 'id') ?? 0;
      const gone = await records.tables.delete(API, aggregateKey(id));
      if (gone === undefined) throw new AggregateNotFound({ aggregate_id: id });
      return null;
    },
  },
  class: {
    get_by_id: (records, args) =>
      one(records, (item) => item['id'] === args['aggregate_id'], Number(args['aggregate_id'])),
    get_by_uuid: (records, args) =>
      one(records, (item) => item['uuid'] === args['aggregate_uuid'], String(args['aggregate_uuid'])),
  },
};

export const aggregateList: RecordMethods = {
  class: {
    get_all: async (records) => listOf(await all(records)),
    get_by_host: async (records, args) => {
      const { host, key } = args;
      const items = (await all(records)).filter(
        (item) => hostsOf(item).includes(String(host)) && (typeof key !== 'string' || key in metadataOf(item)),
      );
      return listOf(items);
    },
    get_by_metadata_key: async (records, args) => {
      const { key, hosts } = args;
      const wanted = Array.isArray(hosts) ? hosts.map(String) : undefined;
      const items = (await all(records)).filter(
        (item) =>
          String(key) in metadataOf(item) &&
          (wanted === undefined || hostsOf(item).some((host) => wanted.includes(host))),
      );
      return listOf(items);
    },
    get_by_metadata: async (records, args) => {
      const { key, value } = args;
      const items = (await all(records)).filter((item) =>
        Object.entries(metadataOf(item)).some(
          ([name, stored]) => (key === null || key === name) && (value === null || value === stored),
        ),
      );
      return listOf(items);
    },
  },
};
