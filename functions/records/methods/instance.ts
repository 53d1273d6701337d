import { InstanceNotFound, ObjectActionError, DBDuplicateEntry } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import { isMap } from '#objects/versioned/primitive';
import { allPages } from '#records/all-pages';
import { serverAuthority } from '#records/authorize';
import { tableOf } from '#records/cell-table';
import { createRecord } from '#records/create-record';
import { destroyInstance } from '#records/instance-destroy';
import { refreshInstance } from '#records/instance-item';
import { completed, getInstance, loadInstanceFields, refreshFromStore } from './instance-load.ts';
import { saveInstance } from './instance-save.ts';
import { instanceKey } from '#records/keys';
import type { RecordMethods, Records } from '#records/method';
import { newInstanceItem } from '#records/new-instance';
import { saveRecord } from '#records/save-record';
import { hostsOfCell } from './service.ts';
import { textOf } from '#records/stored-object';
import { visible } from '#records/visibility';

/** The loadable fields that a caller names; undefined when it names none. */
export function expectedAttributes(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.map(String) : undefined;
}

/** @throws ObjectActionError, DBDuplicateEntry */
async function create(records: Records, instance: AnyObject): Promise<null> {
  if (instance.isSet('id')) throw new ObjectActionError({ action: 'create', reason: 'already created' });
  if (instance.peek('deleted') === true) throw new ObjectActionError({ action: 'create', reason: 'already deleted' });
  const table = tableOf(records);
  const { pk, sk, ...attributes } = await newInstanceItem(records, records.cell?.name ?? '', instance);
  const uuid = textOf(instance, 'uuid') ?? '';
  const item = await createRecord(
    records,
    table,
    { pk, sk },
    attributes,
    () => new DBDuplicateEntry(`instance ${uuid} exists`),
  );
  refreshInstance(instance, item, ['info_cache', 'security_groups', 'ec2_ids', 'metadata', 'system_metadata']);
  return null;
}

async function dropMigrationContext(records: Records, instance: AnyObject): Promise<null> {
  await loadInstanceFields(records, instance, ['migration_context']);
  if (instance.peek('migration_context') === null) return null;
  const uuid = textOf(instance, 'uuid') ?? '';
  await saveRecord(records, {
    table: tableOf(records),
    key: instanceKey(uuid),
    set: {},
    derived: { migration_context: null },
    untouched: true,
    always: true,
    authority: serverAuthority(records, uuid),
    missing: () => new InstanceNotFound({ instance_id: uuid }),
  });
  instance.assign('migration_context', null);
  return null;
}

async function deleteMetadataKey(records: Records, instance: AnyObject, key: string): Promise<null> {
  await loadInstanceFields(records, instance, ['metadata']);
  const uuid = textOf(instance, 'uuid') ?? '';
  const before: unknown = instance.peek('metadata');
  const metadata: Record<string, string> = {};
  if (isMap(before)) {
    for (const [name, value] of Object.entries(before)) if (name !== key) metadata[name] = String(value);
  }
  await saveRecord(records, {
    table: tableOf(records),
    key: instanceKey(uuid),
    set: { metadata },
    untouched: true,
    authority: serverAuthority(records, uuid),
    missing: () => new InstanceNotFound({ instance_id: uuid }),
  });
  instance.assign('metadata', metadata);
  instance.resetChanges(['metadata']);
  return null;
}

/** Ids of instances are asked for rarely: every host's servers are looked through. */
async function byId(records: Records, id: number, expected: readonly string[] | undefined): Promise<AnyObject> {
  const hosts = await hostsOfCell(records);
  const found = await Promise.all([
    ...hosts.map((host) =>
      allPages(records.tables, tableOf(records), { index: 'by-host', partition: host, sortPrefix: 'instance#' }),
    ),
    allPages(records.tables, tableOf(records), { index: 'by-status', partition: 'transition' }),
  ]);
  const item = visible(
    records.context,
    found.flat().find((each) => each['id'] === id),
  );
  if (item === undefined) throw new InstanceNotFound({ instance_id: String(id) });
  return completed(records, item, expected ?? ['info_cache', 'security_groups']);
}

export const instance: RecordMethods = {
  instance: {
    create,
    save: saveInstance,
    destroy: destroyInstance,
    refresh: refreshFromStore,
    drop_migration_context: dropMigrationContext,
    delete_metadata_key: (records, object, args) => deleteMetadataKey(records, object, String(args['key'])),
  },
  class: {
    get_by_uuid: (records, args) =>
      getInstance(records, String(args['uuid']), expectedAttributes(args['expected_attrs'])),
    get_by_id: (records, args) => byId(records, Number(args['inst_id']), expectedAttributes(args['expected_attrs'])),
  },
};
