import {
  DBDuplicateEntry,
  Forbidden,
  MigrationNotFound,
  MigrationNotFoundByStatus,
  MigrationNotFoundForInstance,
  ObjectActionError,
} from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import type { NovaObject } from '#objects/versioned/base';
import { Migration } from '#objects/migration/migration';
import { absent, any, equals } from '#ports/conditions';
import { TransactionRefused, type Action, type Attributes, type Item, type ItemOf } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { chosenAuthority, isAtWork, mayNot, migrationAuthority, type Authority } from '#records/authority/conditions';
import { tableOf } from '#records/cell-table';
import { persistentFields } from '#records/create-record';
import { instanceItem } from '#records/items/instance';
import { instanceKey, migrationKey } from '#records/keys';
import { integer, text } from '#records/arguments';
import { THEIRS, atWork, byCondition } from '#records/authority/rules';
import type { RecordMethods, Records } from '#records/method';
import { classMethod, instanceMethod } from '#records/remotable-method';
import { saveRecord } from '#records/save-record';
import { attributesOf, loadObject, numberOf, refreshObject, textOf, wireValue } from '#records/stored-object';
import { migrationIndexKeys, migrationPointerKey } from '#records/migration-index';
import { newUuid } from '#records/new-uuid';
import { destinationId } from '#records/node-id';
import { migrationItem, migrationPointerItem, type MigrationItem } from '#records/items/migration';
import { idOf, storedValue } from '#records/items/read';
import { byId } from '#records/by-id';

/** A migration's object. */
export type MigrationObject = NovaObject<typeof Migration.fields>;

/** What a new migration has where nothing is given. */
const UNSET: Attributes = {
  ...Object.fromEntries(Migration.fieldNames.map((name) => [name, null])),
  hidden: false,
  cross_cell_move: false,
};

/** A Migration of its item. A record without a type is a resize when its flavors differ. */
export function migrationOf(item: ItemOf<MigrationItem>): MigrationObject {
  const { old_instance_type_id, new_instance_type_id } = migrationItem(item);
  const resized = old_instance_type_id !== new_instance_type_id;
  return loadObject(Migration, {
    ...item,
    migration_type: storedValue<MigrationItem>(item, 'migration_type') ?? (resized ? 'resize' : 'migration'),
  });
}

/** The migrations of a server, deleted ones among them, in the order in which they were made. */
export async function migrationsOf(records: Records, uuid: string): Promise<ItemOf<MigrationItem>[]> {
  const items = await allPages(records.tables, tableOf(records), {
    partition: instanceKey(uuid).pk,
    sortPrefix: 'migration#',
  });
  return byId(items);
}

/** The first migration of a server in a status, deleted ones included; undefined when there is none. */
export async function migrationInStatus(
  records: Records,
  uuid: string,
  status: string,
): Promise<MigrationObject | undefined> {
  const found = (await migrationsOf(records, uuid)).find((item) => migrationItem(item).status === status);
  return found === undefined ? undefined : migrationOf(found);
}

/**
 * The item of a new migration, for a transaction that makes it with other records.
 *
 * @throws ObjectActionError when it was made already or has no type
 */
async function newMigrationItem(records: Records, migration: AnyObject): Promise<Item> {
  if (migration.isSet('id')) throw new ObjectActionError({ action: 'create', reason: 'already created' });
  await mustBeTheirs(records, migration);
  if (!migration.isSet('migration_type')) {
    throw new ObjectActionError({
      action: 'create',
      reason: 'cannot create a Migration object without a migration_type set',
    });
  }
  const destination = await destinationId(records, migration);
  const uuid = textOf(migration, 'uuid') ?? newUuid(records, 'migration');
  const id = await records.counter.nextId(records.tables, tableOf(records), 'migrations');
  const attributes: Attributes = {
    ...UNSET,
    ...attributesOf(migration, migration.changes),
    ...destination,
    ...persistentFields(records),
    id,
    uuid,
  };
  return {
    ...attributes,
    ...migrationKey(textOf(migration, 'instance_uuid') ?? '', uuid),
    ...migrationIndexKeys(attributes).set,
  };
}

/** Both ends of a move. */
const ENDS = ['source_compute', 'dest_compute'] as const;

/**
 * A host makes a migration to itself, from itself or from where its server is (ResourceTracker `_create_migration`):
 * what it names otherwise is ordered about by it. By its uuid a migration holds claims, so that is not chosen either.
 *
 * @throws Forbidden which names the field
 */
async function mustBeTheirs(records: Records, migration: AnyObject): Promise<void> {
  const { hosts } = records;
  if (hosts === undefined) return;
  if (!ENDS.some((name) => hosts.some((host) => host === migration.peek(name))))
    throw mayNot(hosts, 'make a migration of other hosts');
  const isOwn = (host: unknown): boolean => (host ?? null) === null || hosts.some((each) => each === host);
  const name =
    ['uuid', ...OWNER].find((each) => (migration.peek(each) ?? null) !== null) ??
    ENDS.find((each) => !isOwn(migration.peek(each)));
  if (name === undefined) return;
  if (name === 'source_compute' && (await isAt(records, migration)) && isOwn(migration.peek('dest_compute'))) return;
  throw mayNot(hosts, `say ${name} of a migration that is not theirs`);
}

/** Whether the source of a migration is where the record has its server. */
async function isAt(records: Records, migration: AnyObject): Promise<boolean> {
  const item = await records.tables.get(tableOf(records), instanceKey(textOf(migration, 'instance_uuid') ?? ''));
  return item !== undefined && instanceItem(item).host === migration.peek('source_compute');
}

/** What makes a migration that can be found by id and uuid as well. */
function putMigration(records: Records, item: Item): Action[] {
  const table = tableOf(records);
  const { id, uuid, instance_uuid } = migrationItem(item);
  const pointers = [id ?? 0, uuid].map((name): Action => {
    const attributes = { uuid, instance_uuid };
    // A uuid is a server's for good: a migration of another one would be found in its place.
    const condition = any(absent, equals<MigrationItem>('instance_uuid', instance_uuid));
    return { kind: 'put', table, item: { ...attributes, ...migrationPointerKey(name) }, condition };
  });
  return [{ kind: 'put', table, item, condition: absent }, ...pointers];
}

/**
 * Makes a migration and fills the object with what was stored; a repeat finds the migration that it made.
 *
 * @throws DBDuplicateEntry when a migration of another server has its uuid
 */
export async function createMigration(records: Records, migration: AnyObject): Promise<MigrationItem> {
  const item = await newMigrationItem(records, migration);
  let stored = item;
  try {
    await records.tables.transact(putMigration(records, item));
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    const [left] = error.refusals;
    if (left?.item === undefined) throw new DBDuplicateEntry(`migration ${migrationItem(item).uuid}`, { cause: error });
    stored = left.item;
  }
  refreshObject(migration, stored);
  return migrationItem(stored);
}

/**
 * Migration.save: one update, by which the migration also moves between the partitions of its hosts.
 *
 * @throws MigrationNotFound, Forbidden
 */
export async function saveMigration(records: Records, migration: AnyObject): Promise<void> {
  const uuid = textOf(migration, 'instance_uuid') ?? '';
  const id = numberOf(migration, 'id') ?? 0;
  const { changes } = migration;
  const indexed = ['status', 'source_compute', 'dest_compute', 'hidden'].some((name) => changes.has(name));
  const index = indexed ? migrationIndexKeys(wire(migration)) : undefined;
  const status = changes.has('status') ? textOf(migration, 'status') : undefined;
  const write = (authority: Authority): Promise<Item> =>
    saveRecord(withDeleted(records), {
      table: tableOf(records),
      key: migrationKey(uuid, textOf(migration, 'uuid') ?? ''),
      set: attributesOf(migration, changes),
      ...(index === undefined ? {} : { derived: index.set, remove: index.remove }),
      authority,
      missing: () => new MigrationNotFound({ migration_id: id }),
    });
  const item = await write(migrationAuthority(records, uuid, status)).catch(async (error: unknown) => {
    if (!(error instanceof Forbidden) || !(await isChosen(records, uuid))) throw error;
    return write(chosenAuthority(records, uuid, status));
  });
  const type = wireValue(migration, 'migration_type') ?? migrationOf(item).peek('migration_type');
  refreshObject(migration, { ...item, migration_type: type });
}

/** Whose a move is: nothing that a host decides. */
const OWNER = ['project_id', 'user_id'] as const;

/**
 * @throws Forbidden for a host that names another one as an end of the move, or another project or user as its owner
 */
async function mustStayTheirs(records: Records, migration: AnyObject): Promise<void> {
  const { hosts } = records;
  if (hosts === undefined) return;
  const isOwn = (value: unknown): boolean => typeof value !== 'string' || hosts.includes(value);
  const given = [...OWNER, ...ENDS.filter((name) => !isOwn(migration.peek(name)))].filter((name) =>
    migration.changes.has(name),
  );
  if (given.length === 0) return;
  const key = migrationKey(textOf(migration, 'instance_uuid') ?? '', textOf(migration, 'uuid') ?? '');
  const item = await records.tables.get(tableOf(records), key);
  if (item === undefined) return;
  const stored = migrationOf(item);
  const changed = given.find((name) => (stored.peek(name) ?? null) !== migration.peek(name));
  if (changed !== undefined) throw mayNot(hosts, `change ${changed} of a migration to what is not theirs`);
}

/** Whether the caller is at work on the server: it may be the destination that the migration is still to name. */
async function isChosen(records: Records, uuid: string): Promise<boolean> {
  const instance = await records.tables.get(tableOf(records), instanceKey(uuid));
  return instance !== undefined && isAtWork(instance, records.hosts ?? []);
}

/** A migration is found by id, and saved, whether it is deleted or not. */
const withDeleted = (records: Records): Records => ({
  ...records,
  context: { ...records.context, read_deleted: 'yes' },
});

const wire = (migration: AnyObject): Attributes => attributesOf(migration, migration.setFields);

/** The migration of an id or a uuid. */
async function pointedAt(records: Records, id: number | string): Promise<MigrationObject> {
  const table = tableOf(records);
  const found = await records.tables.get(table, migrationPointerKey(id));
  const pointer = found && migrationPointerItem(found);
  const item = pointer && (await records.tables.get(table, migrationKey(pointer.instance_uuid, pointer.uuid)));
  if (item === undefined) throw new MigrationNotFound({ migration_id: id });
  return migrationOf(item);
}

export const migration: RecordMethods = {
  instance: {
    create: instanceMethod({ schema: {}, authority: atWork('instance_uuid') }, async (records, object) => {
      await createMigration(records, object);
      return null;
    }),
    save: instanceMethod({ schema: {}, authority: byCondition('migration') }, async (records, object) => {
      await mustStayTheirs(records, object);
      await saveMigration(records, object);
      return null;
    }),
  },
  class: {
    get_by_id: classMethod({ schema: { migration_id: integer }, authority: THEIRS }, (records, { migration_id }) =>
      pointedAt(records, migration_id),
    ),
    get_by_uuid: classMethod({ schema: { migration_uuid: text }, authority: THEIRS }, (records, { migration_uuid }) =>
      pointedAt(records, migration_uuid),
    ),
    get_by_id_and_instance: classMethod(
      { schema: { migration_id: integer, instance_uuid: text }, authority: THEIRS },
      async (records, { migration_id, instance_uuid }) => {
        const item = (await migrationsOf(records, instance_uuid)).find((each) => idOf(each) === migration_id);
        if (item === undefined) throw new MigrationNotFoundForInstance({ migration_id, instance_id: instance_uuid });
        return migrationOf(item);
      },
    ),
    get_by_instance_and_status: classMethod(
      { schema: { instance_uuid: text, status: text }, authority: THEIRS },
      async (records, { instance_uuid, status }) => {
        const found = await migrationInStatus(records, instance_uuid, status);
        if (found === undefined) throw new MigrationNotFoundByStatus({ instance_id: instance_uuid, status });
        return found;
      },
    ),
  },
};
