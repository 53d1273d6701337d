import { ObjectActionError, RequestSpecNotFound } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import type { NovaObject } from '#objects/versioned/base';
import { RequestSpec } from '#objects/request-spec/request-spec';
import { absent, exists } from '#ports/conditions';
import type { Json, JsonMap, WireObject } from '#ports/json';
import { ConditionFailed, type Item } from '#ports/tables';
import { API, BUILD_REQUESTS, groupKey, requestSpecKey } from '#records/keys';
import { text, texts } from '#records/arguments';
import { API_ONLY } from '#records/authority/rules';
import type { RecordMethods, Records } from '#records/method';
import { classMethod, instanceMethod } from '#records/remotable-method';
import { present } from '#records/stamp';
import { loadObject, refreshObject, textOf } from '#records/stored-object';
import { unmarked } from '#records/unmarked';
import { fieldsOf, mapOf, plainText, wireOf } from '#wire/reading';
import { requestSpecItem } from '#records/items/request-spec';
import { isDeleted } from '#records/items/read';

/** What a request leaves behind in its spec must not steer the next one (quirk Q6 is mended). */
const NEVER_STORED: readonly string[] = [
  'retry',
  'requested_destination',
  'force_hosts',
  'force_nodes',
  'ignore_hosts',
];

/**
 * The stored spec of a server, with the present members of its group.
 *
 * @throws RequestSpecNotFound
 */
export async function getRequestSpec(
  records: Pick<Records, 'tables'>,
  uuid: string,
): Promise<NovaObject<typeof RequestSpec.fields>> {
  const item = await records.tables.get(BUILD_REQUESTS, requestSpecKey(uuid));
  const { id = null, spec = null } = item === undefined ? {} : requestSpecItem(item);
  if (spec === null) throw new RequestSpecNotFound({ instance_uuid: uuid });
  const data: JsonMap = { ...mapOf(unmarked(spec['nova_object.data'])), id };
  const group = wireOf(data['instance_group']);
  if (group !== undefined) data['instance_group'] = await presentGroup(records, group);
  return loadObject(RequestSpec, data, Object.keys(data));
}

/** The specs of those servers that have one, in the order in which they are asked for. */
async function getRequestSpecs(records: Records, uuids: readonly string[]): Promise<AnyObject[]> {
  const found: AnyObject[] = [];
  for (const uuid of new Set(uuids)) {
    const spec = await getRequestSpec(records, uuid).catch((error: unknown) => {
      if (error instanceof RequestSpecNotFound) return undefined;
      throw error;
    });
    if (spec !== undefined) found.push(spec);
  }
  return found;
}

/** The group of a stored spec as it is now: members reloaded, null when the group is gone. */
async function presentGroup(records: Pick<Records, 'tables'>, group: WireObject): Promise<Json> {
  const uuid = plainText(fieldsOf(group)['uuid']);
  const { items } = await records.tables.query(API, { partition: groupKey(uuid).pk, consistent: true });
  if (!items.some((each) => each.sk === 'group' && !isDeleted(each))) return null;
  const members = items.flatMap(({ sk }) => (sk.startsWith('member#') ? [sk.slice('member#'.length)] : []));
  const { hosts: _hosts, ...fields } = group['nova_object.data'];
  return { ...group, 'nova_object.data': { ...fields, members } };
}

/** The document that is stored: no scheduling leftovers, and a group without hosts and members. */
export function storedSpec(spec: WireObject): WireObject {
  const kept = Object.entries(spec['nova_object.data']).filter(([name]) => !NEVER_STORED.includes(name));
  const data: JsonMap = {
    ...Object.fromEntries(kept),
    ...Object.fromEntries(NEVER_STORED.map((name) => [name, null])),
  };
  const group = wireOf(data['instance_group']);
  if (group !== undefined)
    data['instance_group'] = {
      ...group,
      'nova_object.data': { ...group['nova_object.data'], hosts: null, members: null },
    };
  return { ...spec, 'nova_object.data': data };
}

async function write(records: Records, spec: AnyObject, id: number | undefined): Promise<Item> {
  const uuid = textOf(spec, 'instance_uuid') ?? '';
  const now = present(records);
  const document = storedSpec(spec.toPrimitive());
  const times = id === undefined ? { updated_at: now } : { id, created_at: now, updated_at: null };
  const writer = records.writer === undefined ? {} : { writer: records.writer };
  try {
    const { item } = await records.tables.update(
      BUILD_REQUESTS,
      requestSpecKey(uuid),
      { set: { ...times, instance_uuid: uuid, spec: document }, ...writer },
      id === undefined ? exists : absent,
    );
    return item;
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    if (id !== undefined) throw new ObjectActionError({ action: 'create', reason: 'already created' });
    throw new RequestSpecNotFound({ instance_uuid: uuid });
  }
}

export const requestSpec: RecordMethods = {
  instance: {
    create: instanceMethod({ schema: {}, authority: API_ONLY }, async (records, spec) => {
      if (spec.isSet('id')) throw new ObjectActionError({ action: 'create', reason: 'already created' });
      const id = await records.counter.nextId(records.tables, BUILD_REQUESTS, 'request-specs');
      refreshObject(spec, await write(records, spec, id), ['id']);
      return null;
    }),
    save: instanceMethod({ schema: {}, authority: API_ONLY }, async (records, spec) => {
      await write(records, spec, undefined);
      spec.resetChanges();
      return null;
    }),
    destroy: instanceMethod({ schema: {}, authority: API_ONLY }, async (records, spec) => {
      const uuid = textOf(spec, 'instance_uuid') ?? '';
      const gone = await records.tables.delete(BUILD_REQUESTS, requestSpecKey(uuid));
      if (gone === undefined) throw new RequestSpecNotFound({ instance_uuid: uuid });
      return null;
    }),
  },
  class: {
    get_by_instance_uuid: classMethod(
      { schema: { instance_uuid: text }, authority: API_ONLY },
      (records, { instance_uuid }) => getRequestSpec(records, instance_uuid),
    ),
    get_by_instance_uuids: classMethod(
      { schema: { instance_uuids: texts }, authority: API_ONLY },
      (records, { instance_uuids }) => getRequestSpecs(records, instance_uuids),
    ),
  },
};
