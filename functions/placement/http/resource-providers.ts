import { all, equals, exists } from '#ports/conditions';
import type { Json, JsonMap } from '#ports/json';
import { TransactionConflict, TransactionRefused, type Item, type Tables } from '#ports/tables';
import { PLACEMENT } from '#records/keys';
import { textOf } from '#wire/reading';
import { nextShard } from '../capacity-shards.ts';
import { factAttributes, freeAttribute, providerKey } from '../provider-item.ts';
import { deleteProvider } from '../providers.ts';
import { answered, done, providerChanged, Refused } from './answer.ts';
import type { Serve } from './call.ts';
import { forbidden, mustOwn } from './rights.ts';
import { asRead, findProvider, providerOf, treeOf, writeProvider, type ProviderRecord } from './provider-record.ts';

/** Microversions from which on a provider names its parent, is returned when it is made, and has these links. */
const TREES = 14;
const ANSWERED_WHEN_MADE = 20;
const LINKS = { inventories: 0, usages: 0, aggregates: 1, traits: 6, allocations: 11 };

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;

function providerBody({ uuid, name, generation, parent, root }: ProviderRecord, minor: number): JsonMap {
  const self = `/resource_providers/${uuid}`;
  const links = Object.entries(LINKS).flatMap(([rel, since]) =>
    minor >= since ? [{ rel, href: `${self}/${rel}` }] : [],
  );
  const tree = minor < TREES ? {} : { parent_provider_uuid: parent, root_provider_uuid: root };
  return { uuid, name, generation, links: [{ rel: 'self', href: self }, ...links], ...tree };
}

/** Shows a provider. */
export const getProvider: Serve = async ({ tables }, { id, minor }) =>
  answered(providerBody(await providerOf(tables, id), minor));

/**
 * Lists providers: one by `uuid`, or a tree by `in_tree`. Those of an aggregate that share what they have (`member_of`
 * with `required`) are none, since no scheduler here claims on them.
 */
export const getProviders: Serve = async ({ tables }, { query, minor }) => {
  const [uuid, inTree] = [query.get('uuid'), query.get('in_tree')];
  if (uuid === null && inTree === null && !query.has('member_of'))
    throw new Refused(400, 'providers are listed by uuid, in_tree or member_of here');
  const tree = await treeOf(tables, inTree ?? uuid ?? '');
  const found = tree.filter((each) => uuid === null || each.uuid === uuid);
  return answered({ resource_providers: query.has('member_of') ? [] : found.map((each) => providerBody(each, minor)) });
};

/** Makes a provider: a compute node's own before its record, or one below another. */
export const postProvider: Serve = async ({ tables, ids, rights }, { fields, minor }) => {
  const uuid = textOf(fields['uuid']) ?? ids.uuid();
  const name = textOf(fields['name']);
  if (name === undefined) throw new Refused(400, "JSON does not validate: 'name' is a required property");
  if (!UUID.test(uuid)) throw new Refused(400, `JSON does not validate: '${uuid}' is not a 'uuid'`);
  if ((await findProvider(tables, uuid)) !== undefined)
    throw new Refused(409, `Conflicting resource provider uuid: ${uuid} already exists.`, 'placement.duplicate_name');
  const parent = textOf(fields['parent_provider_uuid']);
  if (parent !== undefined) {
    const above = await findProvider(tables, parent);
    if (above !== undefined) await mustOwn(tables, rights, above);
    await makeBelow(tables, parent, uuid, name);
  } else {
    if ((await rights?.mayMake(uuid)) === false) throw forbidden(`${uuid} is no compute node of this host`);
    await makeRoot(tables, uuid, name);
  }
  const location = `/resource_providers/${uuid}`;
  if (minor < ANSWERED_WHEN_MADE) return done(201, { location });
  return { ...answered(providerBody(await providerOf(tables, uuid), minor)), headers: { location } };
};

/** The attributes of a provider of which nothing but its name is known. */
function newItem(uuid: string, name: string): Item {
  const {
    lookup: _host,
    lookup_sort: _sort,
    ...facts
  } = factAttributes({
    uuid,
    host: '',
    node: name,
    cell: '',
    cellUuid: '',
    inventories: {},
    supportedInstances: [],
    hypervisorType: '',
    hypervisorVersion: 0,
    runningVms: 0,
    ioWorkload: 0,
  });
  return { ...providerKey(uuid), ...facts, by_capacity_sort: 0 };
}

/** It is no candidate until its compute node is saved. */
async function makeRoot(tables: Tables, uuid: string, name: string): Promise<void> {
  const item = { ...newItem(uuid, name), shard: await nextShard(tables), retired: true };
  await tables.put(PLACEMENT, item, { kind: 'absent' });
}

async function makeBelow(tables: Tables, parentUuid: string, uuid: string, name: string): Promise<void> {
  const parent = await findProvider(tables, parentUuid);
  const root = parent && (await findProvider(tables, parent.root));
  if (parent === undefined || root === undefined)
    throw new Refused(400, `parent provider UUID '${parentUuid}' does not exist.`);
  const tree = await treeOf(tables, root.uuid);
  if (tree.some((each) => each.name === name))
    throw new Refused(409, `Conflicting resource provider name: ${name} already exists.`, 'placement.duplicate_name');
  const item = { ...newItem(uuid, name), parent: parentUuid, root: root.uuid };
  await writeInTree(tables, root, [...root.below, uuid], {
    kind: 'put',
    table: PLACEMENT,
    item,
    condition: { kind: 'absent' },
  });
}

/** Changes what lies below a root together with a provider below it. @throws Refused with 409 when others do as well */
async function writeInTree(
  tables: Tables,
  root: ProviderRecord,
  below: readonly string[],
  action: Parameters<Tables['transact']>[0][number],
): Promise<void> {
  const update = { set: { below: [...below] }, add: { tree_changes: 1 } };
  const condition = all(exists, equals('tree_changes', root.treeChanges));
  try {
    await tables.transact([
      { kind: 'update', table: PLACEMENT, key: providerKey(root.uuid), update, condition },
      action,
    ]);
  } catch (error) {
    if (error instanceof TransactionRefused || error instanceof TransactionConflict) throw providerChanged();
    throw error;
  }
}

/** Renames a provider below another. Its parent stays, and a compute node's own is named by its node. */
export const putProvider: Serve = async ({ tables }, { id, fields, minor }) => {
  const before = await providerOf(tables, id);
  const name = textOf(fields['name']);
  if (name === undefined) throw new Refused(400, "JSON does not validate: 'name' is a required property");
  const parent: Json = fields['parent_provider_uuid'] ?? null;
  if (parent !== null && parent !== before.parent)
    throw new Refused(400, 're-parenting a provider is not currently allowed.');
  if (name === before.name) return answered(providerBody(before, minor));
  if (before.parent === null) throw new Refused(400, `the provider of a compute node has its name, ${before.name}`);
  await writeProvider(tables, before, undefined, { set: { node: name } });
  return answered(providerBody(await providerOf(tables, id), minor));
};

/** Removes a provider that nothing is claimed on and nothing lies below. */
export const removeProvider: Serve = async ({ tables }, { id }) => {
  const found = await providerOf(tables, id);
  const tree = await treeOf(tables, id);
  if (tree.some(({ parent }) => parent === id))
    throw new Refused(
      409,
      `Unable to delete parent resource provider ${id}: It has child resource providers.`,
      'placement.resource_provider.cannot_delete_parent',
    );
  const inUse = new Refused(
    409,
    `Unable to delete resource provider ${id}: Resource provider has allocations.`,
    'placement.resource_provider.inuse',
  );
  const [root] = tree;
  if (found.parent === null || root === undefined) {
    if (!(await deleteProvider(tables, id))) throw inUse;
    return done();
  }
  if (Object.entries(found.capacity).some(([name, amount]) => found.free[name] !== amount)) throw inUse;
  const untouched = Object.entries(found.free).map(([name, amount]) => equals(freeAttribute(name), amount));
  const condition = all(asRead(found), ...untouched);
  const below = root.below.filter((each) => each !== id);
  await writeInTree(tables, root, below, { kind: 'delete', table: PLACEMENT, key: providerKey(id), condition });
  return done();
};
