import { CellMappingNotFound, DBDuplicateEntry, HostMappingNotFound, InstanceMappingNotFound } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import { NovaObject } from '#objects/versioned/base';
import { CellMapping } from '#objects/mapping/cell-mapping';
import { HostMapping } from '#objects/mapping/host-mapping';
import { InstanceMapping } from '#objects/mapping/instance-mapping';
import { absent, exists } from '#ports/conditions';
import { ConditionFailed, type Attributes, type Item, type Key } from '#ports/tables';
import { mayNot } from '#records/authority/conditions';
import { cellMappingKey, hostMappingKey, instanceMappingKey, MAPPINGS } from '#records/keys';
import { text } from '#records/arguments';
import { API_ONLY, CELL_FACTS, atWork, mayRead } from '#records/authority/rules';
import type { RecordMethods, Records } from '#records/method';
import { classMethod, instanceMethod } from '#records/remotable-method';
import { present } from '#records/stamp';
import { attributesOf, loadObject, refreshObject, textOf } from '#records/stored-object';
import { cellMappingItem, instanceMappingItem } from '#records/items/mapping';
import { attributeNamed } from '#records/items/read';

/** The two times of an API-level record. */
const born = (records: Records): Attributes => ({ created_at: present(records), updated_at: null });

type Cell = NovaObject<typeof CellMapping.fields>;

/** A mapping stores its cell as the cell's name and uuid. */
function cellAttributes(cell: unknown): Attributes {
  if (!(cell instanceof NovaObject)) return {};
  const uuid = textOf(cell, 'uuid');
  return uuid === undefined ? {} : { cell: textOf(cell, 'name') ?? null, cell_uuid: uuid, by_cell: uuid };
}

/** An address of nothing, as cell0 has it (nova.objects.CellMapping `CELL0_UUID`). */
const NOWHERE = 'none:///';

/** A cell's mapping. A host is not shown the addresses of queues and databases that carry a password. */
export function cellMappingOf({ hosts }: Pick<Records, 'hosts'>, item: Item): Cell {
  if (hosts === undefined) return loadObject(CellMapping, item);
  const { transport_url, database_connection } = cellMappingItem(item);
  const addresses = Object.entries({ transport_url, database_connection });
  const covered = addresses.flatMap(([name, url]) => (url?.includes('@') === true ? [[name, NOWHERE] as const] : []));
  return loadObject(CellMapping, { ...item, ...Object.fromEntries(covered) });
}

async function cellOf(records: Records, item: Item): Promise<Cell | null> {
  const uuid = instanceMappingItem(item).cell_uuid;
  if (uuid === null) return null;
  const found = await records.tables.get(MAPPINGS, cellMappingKey(uuid));
  return found === undefined ? null : cellMappingOf(records, found);
}

/** A mapping with its cell, which is read with it. */
async function withCell<T extends AnyObject>(records: Records, item: Item, object: T): Promise<T> {
  object.assign('cell_mapping', await cellOf(records, item));
  object.resetChanges();
  return object;
}

const INSTANCE_FIELDS: readonly string[] = InstanceMapping.fieldNames.filter((name) => name !== 'cell_mapping');

/** Nova leaves the user of an old mapping unset; ours that were made with their server have no id besides. */
const MAY_BE_MISSING: ReadonlySet<string> = new Set(['id', 'user_id']);

/** The fields of a server's mapping that its item holds. */
const itemFields = (item: Item): string[] =>
  INSTANCE_FIELDS.filter((name) => !MAY_BE_MISSING.has(name) || attributeNamed(item, name) !== null);

/** A server's mapping, its cell left out. */
export const instanceMappingOf = (item: Item): NovaObject<typeof InstanceMapping.fields> =>
  loadObject(InstanceMapping, item, itemFields(item));

/** The fields of a host mapping that its item holds. */
export const HOST_FIELDS: readonly string[] = HostMapping.fieldNames.filter((name) => name !== 'cell_mapping');

/**
 * The mapping of a server with its cell.
 *
 * @throws InstanceMappingNotFound
 */
async function getInstanceMapping(records: Records, uuid: string): Promise<NovaObject<typeof InstanceMapping.fields>> {
  const item = await records.tables.get(MAPPINGS, instanceMappingKey(uuid));
  if (item === undefined) throw new InstanceMappingNotFound({ uuid });
  return withCell(records, item, instanceMappingOf(item));
}

/** Dirty fields as a mapping stores them; a cell that was set to null stays what it is, as in Nova. */
function mappingChanges(object: AnyObject, names: readonly string[], sort: string): Attributes {
  const { changes } = object;
  const cell = changes.has('cell_mapping') ? cellAttributes(object.peek('cell_mapping')) : {};
  return {
    ...attributesOf(
      object,
      [...changes].filter((name) => names.includes(name)),
    ),
    ...cell,
    ...('by_cell' in cell ? { by_cell_sort: sort } : {}),
  };
}

async function put(records: Records, key: Key, attributes: Attributes): Promise<Item> {
  const writer = records.writer === undefined ? {} : { writer: records.writer };
  try {
    return (await records.tables.update(MAPPINGS, key, { set: attributes, ...writer }, absent)).item;
  } catch (error) {
    throw error instanceof ConditionFailed ? new DBDuplicateEntry(`${key.pk} is mapped already`) : error;
  }
}

async function change(records: Records, key: Key, set: Attributes, missing: () => Error): Promise<Item> {
  try {
    const writer = records.writer === undefined ? {} : { writer: records.writer };
    const update = { set: { ...set, updated_at: present(records) }, ...writer };
    return (await records.tables.update(MAPPINGS, key, update, exists)).item;
  } catch (error) {
    throw error instanceof ConditionFailed ? missing() : error;
  }
}

async function remove(records: Records, key: Key, missing: () => Error): Promise<null> {
  if ((await records.tables.delete(MAPPINGS, key)) === undefined) throw missing();
  return null;
}

const uuidOf = (object: AnyObject): string => textOf(object, 'instance_uuid') ?? '';
const hostOf = (object: AnyObject): string => textOf(object, 'host') ?? '';

export const instanceMapping: RecordMethods = {
  instance: {
    create: instanceMethod({ schema: {}, authority: API_ONLY }, async (records, object) => {
      const uuid = uuidOf(object);
      const project = String(object.peek('project_id'));
      const item = await put(records, instanceMappingKey(uuid), {
        cell: null,
        queued_for_delete: false,
        ...mappingChanges(object, INSTANCE_FIELDS, `instance#${uuid}`),
        ...born(records),
        id: await records.counter.nextId(records.tables, MAPPINGS, 'instance_mappings'),
        by_project: project,
        by_project_sort: `instance#${uuid}`,
      });
      refreshObject(object, item, itemFields(item));
      return null;
    }),
    save: instanceMethod({ schema: {}, authority: atWork('instance_uuid') }, async (records, object) => {
      const uuid = uuidOf(object);
      const other = [...object.changes].find((name) => name !== 'queued_for_delete');
      if (records.hosts !== undefined && other !== undefined)
        throw mayNot(records.hosts, `change ${other} of the mapping of instance ${uuid}`);
      const item = await change(
        records,
        instanceMappingKey(uuid),
        mappingChanges(object, INSTANCE_FIELDS, `instance#${uuid}`),
        () => new InstanceMappingNotFound({ uuid }),
      );
      refreshObject(object, item, itemFields(item));
      await withCell(records, item, object);
      return null;
    }),
    destroy: instanceMethod({ schema: {}, authority: API_ONLY }, (records, object) => {
      const uuid = uuidOf(object);
      return remove(records, instanceMappingKey(uuid), () => new InstanceMappingNotFound({ uuid }));
    }),
  },
  class: {
    get_by_instance_uuid: classMethod(
      { schema: { instance_uuid: text }, authority: mayRead('instance_uuid') },
      (records, { instance_uuid }) => getInstanceMapping(records, instance_uuid),
    ),
  },
};

export const hostMapping: RecordMethods = {
  instance: {
    create: instanceMethod({ schema: {}, authority: API_ONLY }, async (records, object) => {
      const host = hostOf(object);
      const item = await put(records, hostMappingKey(host), {
        ...mappingChanges(object, HOST_FIELDS, `host#${host}`),
        ...born(records),
        id: await records.counter.nextId(records.tables, MAPPINGS, 'host_mappings'),
      });
      refreshObject(object, item, HOST_FIELDS);
      return null;
    }),
    save: instanceMethod({ schema: {}, authority: API_ONLY }, async (records, object) => {
      const host = hostOf(object);
      const item = await change(
        records,
        hostMappingKey(host),
        mappingChanges(object, HOST_FIELDS, `host#${host}`),
        () => new HostMappingNotFound({ name: host }),
      );
      refreshObject(object, item, HOST_FIELDS);
      return null;
    }),
    destroy: instanceMethod({ schema: {}, authority: API_ONLY }, (records, object) => {
      const host = hostOf(object);
      return remove(records, hostMappingKey(host), () => new HostMappingNotFound({ name: host }));
    }),
  },
  class: {
    get_by_host: classMethod({ schema: { host: text }, authority: CELL_FACTS }, async (records, { host }) => {
      const item = await records.tables.get(MAPPINGS, hostMappingKey(host));
      if (item === undefined) throw new HostMappingNotFound({ name: host });
      return withCell(records, item, loadObject(HostMapping, item, HOST_FIELDS));
    }),
  },
};

/** Cells are found together in one partition of the index by cell. */
export const ALL_CELLS = 'cells';

export const cellMapping: RecordMethods = {
  instance: {
    create: instanceMethod({ schema: {}, authority: API_ONLY }, async (records, object) => {
      const uuid = textOf(object, 'uuid') ?? '';
      const item = await put(records, cellMappingKey(uuid), {
        name: null,
        disabled: false,
        ...attributesOf(object, object.changes),
        ...born(records),
        id: await records.counter.nextId(records.tables, MAPPINGS, 'cell_mappings'),
        by_cell: ALL_CELLS,
        by_cell_sort: uuid,
      });
      refreshObject(object, item);
      return null;
    }),
    save: instanceMethod({ schema: {}, authority: API_ONLY }, async (records, object) => {
      const uuid = textOf(object, 'uuid') ?? '';
      const changes = attributesOf(object, object.changes);
      const missing = (): Error => new CellMappingNotFound({ uuid });
      refreshObject(object, await change(records, cellMappingKey(uuid), changes, missing));
      return null;
    }),
    destroy: instanceMethod({ schema: {}, authority: API_ONLY }, (records, object) => {
      const uuid = textOf(object, 'uuid') ?? '';
      return remove(records, cellMappingKey(uuid), () => new CellMappingNotFound({ uuid }));
    }),
  },
  class: {
    get_by_uuid: classMethod({ schema: { uuid: text }, authority: CELL_FACTS }, async (records, { uuid }) => {
      const item = await records.tables.get(MAPPINGS, cellMappingKey(uuid));
      if (item === undefined) throw new CellMappingNotFound({ uuid });
      return cellMappingOf(records, item);
    }),
  },
};
