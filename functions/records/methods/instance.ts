import { TRANSITION } from '#records/instance-index';
import { lookedUp } from '#records/lookup';
import * as v from 'valibot';
import { InstanceNotFound, ObjectActionError, DBDuplicateEntry } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import { isMap } from '#objects/versioned/primitive';
import { allPages } from '#records/all-pages';
import { instanceAuthority } from '#records/authority/conditions';
import { tableOf } from '#records/cell-table';
import { createRecord } from '#records/create-record';
import { destroyInstance } from '#records/instance-destroy';
import { refreshInstance } from '#records/instance-item';
import { completed, getInstance, loadInstanceFields, refreshFromStore } from './instance-load.ts';
import { saveInstance } from './instance-save.ts';
import { instanceKey } from '#records/keys';
import { flag, integer, nullableText, optionalTexts, text } from '#records/arguments';
import { API_ONLY, THEIRS, atWork, byCondition, mayRead } from '#records/authority/rules';
import type { RecordMethods, Records } from '#records/method';
import { classMethod, instanceMethod } from '#records/remotable-method';
import { saveRecord } from '#records/save-record';
import { hostsOfCell } from '#records/hosts/services-of-kind';
import { textOf } from '#records/stored-object';
import { mustNameNode } from '#records/node-id';
import { visible } from '#records/visibility';
import { idOf } from '#records/items/read';
import type { AttributesOf } from '#ports/tables';
import type { Instance } from '#objects/instance/instance';

/** @throws ObjectActionError, DBDuplicateEntry */
async function create(records: Records, instance: AnyObject): Promise<null> {
  if (instance.isSet('id')) throw new ObjectActionError({ action: 'create', reason: 'already created' });
  if (instance.peek('deleted') === true) throw new ObjectActionError({ action: 'create', reason: 'already deleted' });
  mustNameNode(instance);
  const table = tableOf(records);
  // No host makes servers.
  const { newInstanceItem } = await import('#records/new-instance');
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
    derived: { migration_context: null } satisfies AttributesOf<typeof Instance.fields>,
    untouched: true,
    always: true,
    authority: instanceAuthority(records, uuid),
    missing: () => new InstanceNotFound({ instance_id: uuid }),
  });
  instance.assign('migration_context', null);
  return null;
}

async function deleteMetadataKey(records: Records, instance: AnyObject, key: string): Promise<null> {
  await loadInstanceFields(records, instance, ['metadata']);
  const uuid = textOf(instance, 'uuid') ?? '';
  const before: unknown = instance.peek('metadata');
  const left = Object.entries(isMap(before) ? before : {}).filter(([name]) => name !== key);
  const metadata = Object.fromEntries(left.map(([name, value]) => [name, String(value)]));
  await saveRecord(records, {
    table: tableOf(records),
    key: instanceKey(uuid),
    set: { metadata } satisfies AttributesOf<typeof Instance.fields>,
    untouched: true,
    authority: instanceAuthority(records, uuid),
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
    lookedUp(records.tables, tableOf(records), TRANSITION),
  ]);
  const item = visible(
    records.context,
    found.flat().find((each) => idOf(each) === id),
  );
  if (item === undefined) throw new InstanceNotFound({ instance_id: String(id) });
  return completed(records, item, expected ?? ['info_cache', 'security_groups']);
}

/** A state, several, or null for any. */
const STATES = v.optional(v.nullable(v.union([text, v.array(nullableText)], 'A string is required')), null);
const SAVE = { expected_vm_state: STATES, expected_task_state: STATES };

export const instance: RecordMethods = {
  instance: {
    create: instanceMethod({ schema: {}, authority: API_ONLY }, create),
    save: instanceMethod({ schema: SAVE, authority: byCondition('instance') }, saveInstance),
    destroy: instanceMethod(
      { schema: { hard_delete: v.optional(flag, false) }, authority: byCondition('instance') },
      destroyInstance,
    ),
    refresh: instanceMethod({ schema: {}, authority: mayRead('uuid') }, refreshFromStore),
    drop_migration_context: instanceMethod({ schema: {}, authority: atWork('uuid') }, dropMigrationContext),
    delete_metadata_key: instanceMethod(
      { schema: { key: text }, authority: byCondition('instance') },
      (records, object, { key }) => deleteMetadataKey(records, object, key),
    ),
  },
  class: {
    get_by_uuid: classMethod(
      { schema: { uuid: text, expected_attrs: optionalTexts }, authority: mayRead('uuid') },
      (records, { uuid, expected_attrs }) => getInstance(records, uuid, expected_attrs ?? undefined),
    ),
    get_by_id: classMethod(
      { schema: { inst_id: integer, expected_attrs: optionalTexts }, authority: THEIRS },
      (records, { inst_id, expected_attrs }) => byId(records, inst_id, expected_attrs ?? undefined),
    ),
  },
};
