import { InstanceNotFound, InstanceTagNotFound } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import type { NovaObject } from '#objects/versioned/base';
import { Tag, TagList } from '#objects/instance/tag';
import { absent, all, equals, exists } from '#ports/conditions';
import { TransactionConflict, TransactionRefused, type Action, type Item, type TableName } from '#ports/tables';
import { tableOf } from '#records/cell-table';
import { instanceKey, tagsKey } from '#records/keys';
import { text, texts } from '#records/arguments';
import { API_ONLY, mayRead } from '#records/authority/rules';
import type { RecordMethods, Records } from '#records/method';
import { classMethod, instanceMethod } from '#records/remotable-method';
import { textOf } from '#records/stored-object';
import { isOwn } from '#records/visibility';
import { tagsItem } from '#records/items/tags';
import { attributeNamed, finiteNumber, isDeleted } from '#records/items/read';
import { CHANGES } from './change-record.ts';

/** The tags of a server as a TagList; none when no server is named. */
export async function tagsOf(records: Records, uuid: string | undefined): Promise<NovaObject<typeof TagList.fields>> {
  return uuid === undefined ? TagList.load({ objects: [] }) : listOf(uuid, await readTags(records, uuid));
}

/** What stores the tags of a new server: one item, made with it, in the order in which a database would list them. */
export function putTags(table: TableName, uuid: string, tags: readonly string[]): Action {
  return { kind: 'put', table, item: tagsOfServer(uuid, tags) };
}

const tagsOfServer = (uuid: string, tags: readonly string[]): Item => ({
  ...tagsKey(uuid),
  tags: [...new Set(tags)].toSorted(byText),
});

const byText = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

function listOf(uuid: string, tags: readonly string[]): NovaObject<typeof TagList.fields> {
  return TagList.load({ objects: tags.map((tag) => Tag.load({ resource_id: uuid, tag })) });
}

async function readTags(records: Records, uuid: string): Promise<string[]> {
  const item = await records.tables.get(tableOf(records), tagsKey(uuid));
  return item === undefined ? [] : tagsItem(item).tags;
}

/** Changes by others after which the message is to come again. */
const TRIES = 5;

/**
 * The tags after a change. Written only while the server is live, and nobody has changed them meanwhile.
 *
 * @throws InstanceNotFound
 * @throws TransactionConflict when others have changed them at every try; the same call may be tried again
 */
async function writeTags(
  records: Records,
  uuid: string,
  change: (tags: readonly string[]) => readonly string[],
): Promise<string[]> {
  const table = tableOf(records);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const [instance, stored] = await records.tables.batchGet([
      { table, key: instanceKey(uuid) },
      { table, key: tagsKey(uuid) },
    ]);
    if (instance === undefined || isDeleted(instance) || !isOwn(records.context, instance)) {
      throw new InstanceNotFound({ instance_id: uuid });
    }
    const tags = [...new Set(change(stored === undefined ? [] : tagsItem(stored).tags))];
    try {
      await records.tables.transact([
        { kind: 'check', table, key: instanceKey(uuid), condition: equals('deleted', false) },
        unlessChanged(table, uuid, tags, stored),
      ]);
      return tags;
    } catch (error) {
      if (!(error instanceof TransactionRefused)) throw error;
    }
  }
  throw new TransactionConflict(`the tags of ${uuid} are changed by many`);
}

function unlessChanged(table: TableName, uuid: string, tags: readonly string[], stored: Item | undefined): Action {
  const changes = stored === undefined ? 0 : finiteNumber(attributeNamed(stored, CHANGES));
  const condition = stored === undefined ? absent : all(exists, equals(CHANGES, changes));
  if (tags.length === 0) return { kind: 'delete', table, key: tagsKey(uuid), condition };
  return { kind: 'put', table, item: { ...tagsOfServer(uuid, tags), [CHANGES]: (changes ?? 0) + 1 }, condition };
}

async function create(records: Records, tag: AnyObject): Promise<null> {
  const uuid = textOf(tag, 'resource_id') ?? '';
  const name = textOf(tag, 'tag') ?? '';
  await writeTags(records, uuid, (tags) => [...tags, name]);
  tag.resetChanges();
  return null;
}

export const tag: RecordMethods = {
  instance: { create: instanceMethod({ schema: {}, authority: API_ONLY }, create) },
  class: {
    destroy: classMethod(
      { schema: { resource_id: text, name: text }, authority: API_ONLY },
      async (records, { resource_id: uuid, name }) => {
        await writeTags(records, uuid, (tags) => {
          if (!tags.includes(name)) throw new InstanceTagNotFound({ instance_id: uuid, tag: name });
          return tags.filter((each) => each !== name);
        });
        return null;
      },
    ),
    exists: classMethod(
      { schema: { resource_id: text, name: text }, authority: mayRead('resource_id') },
      async (records, { resource_id, name }) => (await readTags(records, resource_id)).includes(name),
    ),
  },
};

export const tagList: RecordMethods = {
  class: {
    get_by_resource_id: classMethod(
      { schema: { resource_id: text }, authority: mayRead('resource_id') },
      (records, { resource_id }) => tagsOf(records, resource_id),
    ),
    create: classMethod(
      { schema: { resource_id: text, tags: texts }, authority: API_ONLY },
      async (records, { resource_id: uuid, tags }) => listOf(uuid, await writeTags(records, uuid, () => tags)),
    ),
    destroy: classMethod({ schema: { resource_id: text }, authority: API_ONLY }, async (records, { resource_id }) => {
      await writeTags(records, resource_id, () => []);
      return null;
    }),
  },
};
