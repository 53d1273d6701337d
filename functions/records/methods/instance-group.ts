import { lookedUp } from '#records/lookup';
import { InstanceGroupIdExists, InstanceGroupNotFound, InstanceGroupSaveException, ObjectActionError } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import type { NovaObject } from '#objects/versioned/base';
import { InstanceGroup, InstanceGroupList } from '#objects/api/instance-group';
import { TransactionConflict, TransactionRefused, type Action, type Attributes, type Item } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { countJoined, createCounted, mayJoin, removeCounted } from './group-quota.ts';
import { cellOfInstance } from '#records/instance-cell';
import {
  API,
  cellTable,
  groupKey,
  groupMemberKey,
  groupOfInstanceKey,
  instanceKey,
  projectPartition,
} from '#records/keys';
import { nullableText, optionalTexts, text, texts } from '#records/arguments';
import { API_ONLY, CELL_FACTS, mayRead } from '#records/authority/rules';
import type { RecordMethods, Records } from '#records/method';
import { classMethod, instanceMethod } from '#records/remotable-method';
import { newUuid } from '#records/new-uuid';
import { saveRecord } from '#records/save-record';
import { persistentFields } from '#records/create-record';
import { attributesOf, loadObject, refreshObject, textOf } from '#records/stored-object';
import { isOwn } from '#records/visibility';
import { groupItem, groupMemberItem, groupOfInstanceItem } from '#records/items/group';
import { instanceItem } from '#records/items/instance';
import { byId } from '#records/by-id';

type Group = NovaObject<typeof InstanceGroup.fields>;

/** Members lie beside the group; hosts are looked up, never stored. */
const LOADED: readonly string[] = InstanceGroup.fieldNames.filter((name) => name !== 'hosts');
const STORED: readonly string[] = LOADED.filter((name) => name !== 'members');

function groupOf(group: Item, members: readonly Item[]): Group {
  const uuids = byId(members).map((item) => groupMemberItem(item).instance_uuid ?? '');
  return loadObject(InstanceGroup, { _rules: {}, ...group, members: uuids }, LOADED);
}

/**
 * A server group with its members, and how many its item has counted as joined; one request.
 *
 * @throws InstanceGroupNotFound, also when it is another project's
 */
async function readGroup(records: Records, uuid: string): Promise<{ group: Group; joined: number | null }> {
  const items = await allPages(records.tables, API, { partition: groupKey(uuid).pk, consistent: true });
  const group = items.find((item) => item.sk === 'group');
  if (group === undefined || !isOwn(records.context, group)) throw new InstanceGroupNotFound({ group_uuid: uuid });
  const members = items.filter((item) => item.sk.startsWith('member#'));
  return { group: groupOf(group, members), joined: groupItem(group).joined };
}

/** @throws InstanceGroupNotFound */
const getGroup = async (records: Records, uuid: string): Promise<Group> => (await readGroup(records, uuid)).group;

/**
 * The group of a server.
 *
 * @throws InstanceGroupNotFound
 */
async function groupOfInstance(records: Records, instance: string): Promise<Group> {
  const pointer = await records.tables.get(API, groupOfInstanceKey(instance));
  const uuid = pointer === undefined ? null : groupOfInstanceItem(pointer).group_uuid;
  if (uuid === null) throw new InstanceGroupNotFound({ group_uuid: '' });
  return getGroup(records, uuid);
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
  const hosts = items.flatMap((item) => {
    const { deleted = true, host = null } = item === undefined ? {} : instanceItem(item);
    return deleted || host === null ? [] : [host];
  });
  return [...new Set(hosts)];
}

/** Servers that join at a time: two records each, and the group's, are a transaction's 100 actions. */
const TOGETHER = 49;

/**
 * Has those of these servers join that are no members yet, in the order given, and answers them.
 *
 * @throws OverQuota
 * @throws TransactionConflict when others joined meanwhile; the same call may be tried again
 */
async function join(records: Records, uuid: string, wanted: readonly string[]): Promise<string[]> {
  const { group, joined } = await readGroup(records, uuid);
  const before = textsOf(group.peek('members'));
  const added = wanted.filter((each) => !before.includes(each));
  const user = records.context.user_id;
  const project = textOf(group, 'project_id') ?? '';
  const limited = await mayJoin(records, project, added.length, () => membersByUser(records, group, user));
  for (let from = 0; from < added.length; from += TOGETHER) {
    const part = added.slice(from, from + TOGETHER);
    const puts = await Promise.all(part.map((each) => memberRecords(records, uuid, each)));
    const counted = limited
      ? [countJoined(uuid, part.length, joined === null && from === 0 ? null : (joined ?? 0) + from)]
      : [];
    await together(records, uuid, [...counted, ...puts.flat()]);
  }
  return [...before, ...added];
}

async function memberRecords(records: Records, group: string, uuid: string): Promise<Action[]> {
  const id = await records.counter.nextId(records.tables, API, 'instance_group_members');
  return [
    { kind: 'put', table: API, item: { ...groupMemberKey(group, uuid), instance_uuid: uuid, id } },
    { kind: 'put', table: API, item: { ...groupOfInstanceKey(uuid), group_uuid: group } },
  ];
}

async function together(records: Records, uuid: string, actions: readonly Action[]): Promise<void> {
  try {
    await records.tables.transact(actions);
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    throw new TransactionConflict(`others joined server group ${uuid}`, { cause: error });
  }
}

async function create(records: Records, group: AnyObject): Promise<null> {
  if (group.isSet('id')) throw new ObjectActionError({ action: 'create', reason: 'already created' });
  if (group.changes.has('hosts')) throw new InstanceGroupSaveException({ field: 'hosts' });
  const uuid = textOf(group, 'uuid') ?? newUuid(records, 'instance-group');
  const project = projectPartition(textOf(group, 'project_id') ?? records.context.project_id);
  const attributes: Attributes = {
    ...Object.fromEntries(STORED.map((name) => [name, null])),
    _rules: {},
    ...attributesOf(
      group,
      [...group.changes].filter((name) => STORED.includes(name)),
    ),
    ...persistentFields(records),
    id: await records.counter.nextId(records.tables, API, 'instance_groups'),
    uuid,
    by_project: project,
    by_project_sort: `group#${uuid}`,
  };
  const taken = (): Error => new InstanceGroupIdExists({ group_uuid: uuid });
  const members = textsOf(group.peek('members'));
  await mayJoin(records, project, members.length, () => Promise.resolve(0));
  await createCounted(records, { ...groupKey(uuid), ...attributes }, project, taken);
  if (members.length > 0) await join(records, uuid, members);
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
  const row = items.find(({ sk }) => sk === 'group');
  const project = row && groupItem(row).by_project;
  if (row && project) await removeCounted(records, row, project);
  for (const item of items) {
    await records.tables.delete(API, { pk: item.pk, sk: item.sk });
    const member = groupMemberItem(item).instance_uuid;
    if (member !== null) await records.tables.delete(API, groupOfInstanceKey(member));
  }
  return null;
}

async function groupsOfProject(records: Records, project: string | null): Promise<Group[]> {
  const bounds = { index: 'by-project', sortPrefix: 'group#' } as const;
  const items = await lookedUp(records.tables, API, [projectPartition(project)], bounds);
  return Promise.all(items.map((item) => getGroup(records, groupItem(item).uuid)));
}

const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** How many of a group's members live and are this user's. */
async function membersByUser(records: Records, group: AnyObject, user: string | null): Promise<number> {
  const uuids = textsOf(group.peek('members'));
  const cells = await Promise.all(uuids.map(async (uuid) => records.cell?.name ?? cellOfInstance(records, uuid)));
  const keys = uuids.flatMap((uuid, at) => {
    const cell = cells[at];
    return cell === undefined ? [] : [{ table: cellTable(cell), key: instanceKey(uuid) }];
  });
  const items = keys.length === 0 ? [] : await records.tables.batchGet(keys);
  const members = items.filter((item) => item !== undefined).map(instanceItem);
  return members.filter(({ deleted, user_id }) => !deleted && user_id === user).length;
}

export const instanceGroup: RecordMethods = {
  instance: {
    create: instanceMethod({ schema: {}, authority: API_ONLY }, create),
    save: instanceMethod({ schema: {}, authority: API_ONLY }, save),
    destroy: instanceMethod({ schema: {}, authority: API_ONLY }, destroy),
    refresh: instanceMethod({ schema: {}, authority: CELL_FACTS }, (records, group) =>
      reload(records, group, textOf(group, 'uuid') ?? ''),
    ),
    get_hosts: instanceMethod(
      { schema: { exclude: optionalTexts }, authority: CELL_FACTS },
      async (records, group, { exclude }) => {
        // Whoever may name the members learns where any server is: of a host's the record's own count.
        const members = records.hosts === undefined ? group : await getGroup(records, textOf(group, 'uuid') ?? '');
        return hostsOfGroup(records, members, exclude ?? []);
      },
    ),
    count_members_by_user: instanceMethod(
      { schema: { user_id: nullableText }, authority: API_ONLY },
      (records, group, { user_id }) => membersByUser(records, group, user_id),
    ),
  },
  class: {
    get_by_uuid: classMethod({ schema: { uuid: text }, authority: CELL_FACTS }, (records, { uuid }) =>
      getGroup(records, uuid),
    ),
    get_by_instance_uuid: classMethod(
      { schema: { instance_uuid: text }, authority: mayRead('instance_uuid') },
      (records, { instance_uuid }) => groupOfInstance(records, instance_uuid),
    ),
    get_by_name: classMethod({ schema: { name: text }, authority: CELL_FACTS }, async (records, { name }) => {
      const groups = await groupsOfProject(records, records.context.project_id);
      const group = groups.find((each) => each.get('name') === name);
      if (group === undefined) throw new InstanceGroupNotFound({ group_uuid: name });
      return group;
    }),
    add_members: classMethod(
      { schema: { group_uuid: text, instance_uuids: texts }, authority: API_ONLY },
      (records, { group_uuid, instance_uuids }) => join(records, group_uuid, instance_uuids),
    ),
  },
};

export const instanceGroupList: RecordMethods = {
  class: {
    get_by_project_id: classMethod(
      { schema: { project_id: nullableText }, authority: API_ONLY },
      async (records, { project_id }) =>
        InstanceGroupList.load({ objects: await groupsOfProject(records, project_id) }),
    ),
  },
};
