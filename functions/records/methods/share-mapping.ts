import { lookedUp } from '#records/lookup';
import { byId } from '#records/by-id';
import { ShareNotFound } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import { ShareMapping, ShareMappingList } from '#objects/instance/share-mapping';
import type { ObjectOf } from '#objects/versioned/object-type';
import { absent, exists, type Condition } from '#ports/conditions';
import { ConditionFailed, type Attributes, type Item, type Key } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { text } from '#records/arguments';
import { THEIRS, atWork, mayRead, ownHost } from '#records/authority/rules';
import { tableOf } from '#records/cell-table';
import { instanceKey } from '#records/keys';
import type { RecordMethods, Records } from '#records/method';
import { newUuid } from '#records/new-uuid';
import { classMethod, instanceMethod } from '#records/remotable-method';
import { present } from '#records/stamp';
import { attributesOf, loadObject, refreshObject, textOf } from '#records/stored-object';
import { migrationsOfHost } from './migration-list.ts';
import { instanceItem } from '#records/items/instance';
import { migrationItem } from '#records/items/migration';

/** What is stored: nothing of how a share is opened. */
const STORED = ShareMapping.fieldNames.filter((name) => !name.startsWith('access_'));

/** What a save writes. */
const CHANGED = ['status', 'tag', 'export_location', 'share_proto'];

const SORT = 'share#';

const shareKey = (instance: string, share: string): Key => ({ pk: instanceKey(instance).pk, sk: `${SORT}${share}` });

const mappingOf = (item: Item): ObjectOf<typeof ShareMapping> => loadObject(ShareMapping, item, STORED);

const listOf = (items: readonly Item[]): AnyObject => ShareMappingList.load({ objects: byId(items).map(mappingOf) });

/**
 * Makes the mapping of a server and a share, or changes the one that is there. How the share is opened stays with the
 * object that was sent.
 */
async function save(records: Records, mapping: AnyObject): Promise<null> {
  const table = tableOf(records);
  const [instance, share] = [textOf(mapping, 'instance_uuid') ?? '', textOf(mapping, 'share_id') ?? ''];
  const key = shareKey(instance, share);
  const change = attributesOf(mapping, CHANGED);
  const item =
    (await changed(records, key, change)) ??
    (await made(records, key, {
      ...change,
      id: await records.counter.nextId(records.tables, table, 'share_mapping'),
      uuid: textOf(mapping, 'uuid') ?? newUuid(records, 'share-mapping'),
      instance_uuid: instance,
      share_id: share,
      created_at: present(records),
      updated_at: null,
      lookup: `${SORT}${share}`,
      lookup_sort: instance,
    })) ??
    (await changed(records, key, change));
  if (item === undefined) throw new ShareNotFound({ share_id: share });
  refreshObject(mapping, item, STORED);
  return null;
}

/** The mapping as changed; undefined where there is none. */
const changed = (records: Records, key: Key, change: Attributes): Promise<Item | undefined> =>
  written(records, key, { ...change, updated_at: present(records) }, exists);

/** The new mapping; undefined where another was made meanwhile. */
const made = (records: Records, key: Key, attributes: Attributes): Promise<Item | undefined> =>
  written(records, key, attributes, absent);

async function written(records: Records, key: Key, set: Attributes, condition: Condition): Promise<Item | undefined> {
  const writer = records.writer === undefined ? {} : { writer: records.writer };
  try {
    return (await records.tables.update(tableOf(records), key, { set, ...writer }, condition)).item;
  } catch (error) {
    if (error instanceof ConditionFailed) return undefined;
    throw error;
  }
}

async function remove(records: Records, mapping: AnyObject): Promise<null> {
  const key = shareKey(textOf(mapping, 'instance_uuid') ?? '', textOf(mapping, 'share_id') ?? '');
  await records.tables.delete(tableOf(records), key);
  return null;
}

const sharesOf = (records: Records, uuid: string): Promise<Item[]> =>
  allPages(records.tables, tableOf(records), { partition: instanceKey(uuid).pk, sortPrefix: SORT });

/** Statuses of moves after which a host may still have access that it no longer needs. */
const OVER: ReadonlySet<unknown> = new Set(['confirmed', 'reverted', 'error']);

/** The servers of a host, and those that a move took from it or was to bring to it. */
async function instancesOf(records: Records, host: string): Promise<Set<string>> {
  const [instances, moves] = await Promise.all([
    allPages(records.tables, tableOf(records), { index: 'by-host', partition: host, sortPrefix: 'instance#' }),
    migrationsOfHost(records, host, { finished: true }),
  ]);
  return new Set([
    ...instances.map((item) => instanceItem(item).uuid),
    ...moves
      .map(migrationItem)
      .filter((move) => OVER.has(move.status))
      .map((move) => move.instance_uuid),
  ]);
}

export const shareMapping: RecordMethods = {
  instance: {
    save: instanceMethod({ schema: {}, authority: atWork('instance_uuid') }, save),
    delete: instanceMethod({ schema: {}, authority: atWork('instance_uuid') }, remove),
  },
  class: {
    get_by_instance_uuid_and_share_id: classMethod(
      { schema: { instance_uuid: text, share_id: text }, authority: mayRead('instance_uuid') },
      async (records, { instance_uuid, share_id }) => {
        const item = await records.tables.get(tableOf(records), shareKey(instance_uuid, share_id));
        if (item === undefined) throw new ShareNotFound({ share_id });
        return mappingOf(item);
      },
    ),
  },
};

export const shareMappingList: RecordMethods = {
  class: {
    get_by_instance_uuid: classMethod(
      { schema: { instance_uuid: text }, authority: mayRead('instance_uuid') },
      async (records, { instance_uuid }) => listOf(await sharesOf(records, instance_uuid)),
    ),
    get_by_share_id: classMethod({ schema: { share_id: text }, authority: THEIRS }, async (records, { share_id }) =>
      listOf(await lookedUp(records.tables, tableOf(records), [`${SORT}${share_id}`])),
    ),
    get_by_host_for_reconcile: classMethod(
      { schema: { host: text }, authority: ownHost('host') },
      async (records, { host }) => {
        const found: Item[] = [];
        for (const uuid of await instancesOf(records, host)) found.push(...(await sharesOf(records, uuid)));
        return listOf(found);
      },
    ),
  },
};
