import { InstanceGroupIdExists, InstanceGroupNotFound, InstanceGroupSaveException, ObjectActionError } from '#errors';
import type { AnyObject } from '#objects/any-object';
import type { NovaObject } from '#objects/base';
import { InstanceGroup, InstanceGroupList } from '#objects/instance-group';
import { absent } from '#ports/conditions';
import type { Attributes, Item } from '#ports/tables';
import { allPages } from './all-pages.ts';
import { createRecord } from './create-record.ts';
import { countGroup, countMembers, uncountGroup } from './group-quota.ts';
import { cellOfInstance } from './instance-cell.ts';
import { API, cellTable, groupKey, groupMemberKey, groupOfInstanceKey, instanceKey } from './keys.ts';
import type { RecordMethods, Records } from './method.ts';
import { newUuid } from './new-uuid.ts';
import { saveRecord } from './save-record.ts';
import { newborn } from './create-record.ts';
import { attributesOf, loadObject, refreshObject, textOf } from './stored-object.ts';
import { isOwn } from './visibility.ts';
import { numberOf, plainText } from './reading.ts';

type Group = NovaObject<typeof InstanceGroup.fields>;

/** Members lie beside the group; hosts are looked up, never stored. */
const LOADED: readonly string[] = InstanceGroup.fieldNames.filter((name) => name !== 'hosts');
const STORED: readonly string[] = LOADED.filter((name) => name !== 'members');

function groupOf(group: Item, members: readonly Item[]): Group {
  const inOrder = members.toSorted((a, b) => Number(a['id']) - Number(b['id']));
  const uuids = inOrder.map((item) => plainText(item['instance_uuid']));
  return loadObject(InstanceGroup, { _rules: {}, ...group, members: uuids }, LOADED);
}

/**
 * A server group with its members; one request.
 *
 * @throws InstanceGroupNotFound, also when it is another project's
 */
async function getGroup(records: Records, uuid: string): Promise<Group> {
  const items = await allPages(records.tables, API, { partition: groupKey(uuid).pk, consistent: true });
  const group = items.find((item) => item.sk === 'group');
  if (group === undefined || !isOwn(records.context, group)) throw new InstanceGroupNotFound({ group_uuid: uuid });
  return groupOf(
    group,
    items.filter((item) => item.sk.startsWith('member#')),
  );
}

/**
 * The group of a server.
 *
 * @throws InstanceGroupNotFound
 */
async function groupOfInstance(records: Records, uuid: string): Promise<Group> {
  const pointer = await records.tables.get(API, groupOfInstanceKey(uuid));
  if (typeof pointer?.['group_uuid'] !== 'string') throw new InstanceGroupNotFound({ group_uuid: '' });
  return getGroup(records, pointer['group_uuid']);
}

/** The hosts of the live members, without those of the excluded servers. */
async function hostsOfGroup(records: Records, group: AnyObject, exclude: readonly string[]): Promise<string[]> {
  const members: unknown = group.peek('members');
  const uuids = Array.isArray(members) ? members.map(String).filter((uuid) => !exclude.includes(uuid)) : [];
  const located = await Promise.all(
    uuids.map(async (uuid) => ({ uuid, cell: records.cell?.name ?? (await cellOfInstance(records, uuid)) })),
  );
  const keys = located.flatMap(({ uuid, cell }) =>
    cell === undefined ? [] : [{ table: cellTable(cell), key: instanceKey(uuid) }],
  );
  const items = keys.length === 0 ? [] : await records.tables.batchGet(keys);
  const hosts = items.flatMap((item) =>
    item !== undefined && item['deleted'] !== true && typeof item['host'] === 'string' ? [item['host']] : [],
  );
  return [...new Set(hosts)].filter((host) => host !== '');
}

async function addMembers(records: Records, group: string, uuids: readonly string[]): Promise<void> {
  for (const uuid of uuids) {
    const id = await records.counter.nextId(records.tables, API, 'instance_group_members');
    await records.tables.transact([
      { kind: 'put', table: API, item: { ...groupMemberKey(group, uuid), instance_uuid: uuid, id } },
      { kind: 'put', table: API, item: { ...groupOfInstanceKey(uuid), group_uuid: group } },
    ]);
  }
}

/** Counts servers that are to join a group for the user who asks. @throws OverQuota */
async function joinGroup(records: Records, group: AnyObject, added: readonly string[]): Promise<void> {
  const { uuid, project_id } = { uuid: textOf(group, 'uuid') ?? '', project_id: textOf(group, 'project_id') ?? '' };
  const item = await records.tables.get(API, groupKey(uuid));
  const joined = numberOf(item?.['joined']) ?? null;
  const members = await membersByUser(records, group, records.context.user_id);
  await countMembers(records, { group: uuid, project: project_id, members, joining: added.length, joined });
}

async function create(records: Records, group: AnyObject): Promise<null> {
  if (group.isSet('id')) throw new ObjectActionError({ action: 'create', reason: 'already created' });
  if (group.changes.has('hosts')) throw new InstanceGroupSaveException({ field: 'hosts' });
  const uuid = textOf(group, 'uuid') ?? newUuid(records, 'instance-group');
  const project = plainText(group.peek('project_id') ?? records.context.project_id);
  const attributes: Attributes = {
    ...Object.fromEntries(STORED.map((name) => [name, null])),
    _rules: {},
    ...attributesOf(
      group,
      [...group.changes].filter((name) => STORED.includes(name)),
    ),
    ...newborn(records),
    id: await records.counter.nextId(records.tables, API, 'instance_groups'),
    uuid,
    by_project: project,
    by_project_sort: `group#${uuid}`,
  };
  const taken = (): Error => new InstanceGroupIdExists({ group_uuid: uuid });
  const members = texts(group.peek('members'));
  await countGroup(records, project);
  try {
    await createRecord(records, API, groupKey(uuid), attributes, taken, absent);
  } catch (error) {
    if (error instanceof InstanceGroupIdExists) await uncountGroup(records, project);
    throw error;
  }
  await countMembers(records, { group: uuid, project, members: 0, joining: members.length, joined: null });
  await addMembers(records, uuid, members);
  return reload(records, group, uuid);
}

async function reload(records: Records, group: AnyObject, uuid: string): Promise<null> {
  const fresh = await getGroup(records, uuid);
  refreshObject(group, attributesOf(fresh, LOADED), LOADED);
  return null;
}

async function save(records: Records, group: AnyObject): Promise<null> {
  if (group.changes.has('hosts')) throw new InstanceGroupSaveException({ field: 'hosts' });
  const uuid = textOf(group, 'uuid') ?? '';
  const set = attributesOf(
    group,
    [...group.changes].filter((name) => STORED.includes(name)),
  );
  const missing = (): Error => new InstanceGroupNotFound({ group_uuid: uuid });
  if (Object.keys(set).length > 0) {
    await saveRecord(records, { table: API, key: groupKey(uuid), set, owned: true, missing });
  }
  return reload(records, group, uuid);
}

async function destroy(records: Records, group: AnyObject): Promise<null> {
  const uuid = textOf(group, 'uuid') ?? '';
  const items = await allPages(records.tables, API, { partition: groupKey(uuid).pk, consistent: true });
  if (items.length === 0) throw new InstanceGroupNotFound({ group_uuid: uuid });
  const project = items.find(({ sk }) => sk === 'group')?.['by_project'];
  if (typeof project === 'string') await uncountGroup(records, project);
  for (const item of items) {
    await records.tables.delete(API, { pk: item.pk, sk: item.sk });
    const member = item['instance_uuid'];
    if (typeof member === 'string') await records.tables.delete(API, groupOfInstanceKey(member));
  }
  return null;
}

async function groupsOfProject(records: Records, project: string): Promise<Group[]> {
  const query = { index: 'by-project', partition: project, sortPrefix: 'group#' };
  const items = await allPages(records.tables, API, query);
  return Promise.all(items.map((item) => getGroup(records, plainText(item['uuid']))));
}

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** How many of a group's members live and are this user's. */
async function membersByUser(records: Records, group: AnyObject, user: unknown): Promise<number> {
  const uuids = texts(group.peek('members'));
  const cells = await Promise.all(uuids.map(async (uuid) => records.cell?.name ?? cellOfInstance(records, uuid)));
  const keys = uuids.flatMap((uuid, at) => {
    const cell = cells[at];
    return cell === undefined ? [] : [{ table: cellTable(cell), key: instanceKey(uuid) }];
  });
  const items = keys.length === 0 ? [] : await records.tables.batchGet(keys);
  return items.filter((item) => item?.['deleted'] === false && item['user_id'] === user).length;
}

export const instanceGroup: RecordMethods = {
  instance: {
    create,
    save,
    destroy,
    refresh: (records, group) => reload(records, group, textOf(group, 'uuid') ?? ''),
    get_hosts: (records, group, args) => hostsOfGroup(records, group, texts(args['exclude'])),
    count_members_by_user: (records, group, args) => membersByUser(records, group, args['user_id']),
  },
  class: {
    get_by_uuid: (records, args) => getGroup(records, String(args['uuid'])),
    get_by_instance_uuid: (records, args) => groupOfInstance(records, String(args['instance_uuid'])),
    get_by_name: async (records, args) => {
      const groups = await groupsOfProject(records, String(records.context.project_id));
      const group = groups.find((each) => each.get('name') === args['name']);
      if (group === undefined) throw new InstanceGroupNotFound({ group_uuid: String(args['name']) });
      return group;
    },
    add_members: async (records, args) => {
      const uuid = String(args['group_uuid']);
      const group = await getGroup(records, uuid);
      const before = texts(group.peek('members'));
      const added = texts(args['instance_uuids']).filter((each) => !before.includes(each));
      await joinGroup(records, group, added);
      await addMembers(records, uuid, added);
      return [...before, ...added];
    },
  },
};

export const instanceGroupList: RecordMethods = {
  class: {
    get_by_project_id: async (records, args) =>
      InstanceGroupList.load({ objects: await groupsOfProject(records, String(args['project_id'])) }),
  },
};
