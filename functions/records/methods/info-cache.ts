import { visibleInstance } from '#records/visible-instance';
import { Forbidden, InstanceInfoCacheNotFound } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import { sameNetworks } from '#objects/network/network-model';
import { not, equals } from '#ports/conditions';
import type { Item } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { instanceAuthority } from '#records/authority/conditions';
import { tableOf } from '#records/cell-table';
import { cellOfInstance } from '#records/instance-cell';
import { hasInfoCache, infoCacheOf } from '#records/instance-item';
import { migrationItem } from '#records/items/migration';
import { instanceKey } from '#records/keys';
import { MIGRATION_SORT } from '#records/migration-index';
import { text } from '#records/arguments';
import { atWork, byCondition, mayRead } from '#records/authority/rules';
import type { RecordMethods, Records } from '#records/method';
import { classMethod, instanceMethod } from '#records/remotable-method';
import { saveRecord } from '#records/save-record';
import { present } from '#records/stamp';
import { attributesOf, refreshObject, textOf } from '#records/stored-object';
import { isDeleted } from '#records/items/read';
import type { InfoCacheItem } from '#records/items/info-cache';

/** @throws InstanceInfoCacheNotFound */
function fieldsOf(item: Item | undefined, uuid: string): Record<string, unknown> {
  const cache = item === undefined ? null : infoCacheOf(item);
  if (cache === null) throw new InstanceInfoCacheNotFound({ instance_uuid: uuid });
  return cache.toPrimitive()['nova_object.data'];
}

/**
 * Writes the networks alone, with the cache's own time, when they are others than before. Those of a server
 * that is deleted, or has left the cell, are answered as kept and are not: its host goes on cleaning up. So are those
 * of a server that was evacuated from the caller: a compute that starts saves them before it destroys its
 * guest, and would end at a refusal.
 */
async function save(records: Records, cache: AnyObject): Promise<null> {
  const uuid = textOf(cache, 'instance_uuid') ?? '';
  if (!cache.changes.has('network_info')) {
    cache.resetChanges();
    return null;
  }
  const missing = (): Error => new InstanceInfoCacheNotFound({ instance_uuid: uuid });
  const saved = saveRecord(records, {
    table: tableOf(records),
    key: instanceKey(uuid),
    set: attributesOf(cache, ['network_info']),
    derived: { info_cache_updated_at: present(records) },
    untouched: true,
    authority: instanceAuthority(records, uuid),
    guards: [not(equals<InfoCacheItem>('network_info', null))],
    missing,
    refused: (found) => (hasInfoCache(found) ? undefined : missing()),
  });
  const fields = await saved.then(
    (item) => fieldsOf(item, uuid),
    async (error: unknown) => {
      const gone = error instanceof InstanceInfoCacheNotFound && (await isGone(records, uuid));
      if (!gone && !(error instanceof Forbidden && (await wasEvacuated(records, uuid)))) throw error;
      return { ...attributesOf(cache, ['instance_uuid', 'network_info']), deleted: false };
    },
  );
  refreshObject(cache, fields);
  return null;
}

/**
 * Statuses of an evacuation in which a compute that starts destroys its guest (ComputeManager
 * `_destroy_evacuated_instances`).
 */
const EVACUATES: ReadonlySet<string> = new Set(['accepted', 'pre-migrating', 'done', 'completed']);

/** Whether the server is, or was, evacuated from a host of the caller. */
async function wasEvacuated(records: Records, uuid: string): Promise<boolean> {
  const query = { partition: instanceKey(uuid).pk, sortPrefix: MIGRATION_SORT };
  const moves = await allPages(records.tables, tableOf(records), query);
  return moves.map(migrationItem).some(({ migration_type, status, source_compute }) => {
    const own = source_compute !== null && records.hosts?.includes(source_compute) === true;
    return own && migration_type === 'evacuation' && EVACUATES.has(status);
  });
}

/** Whether the server is deleted, or in another cell by now: a periodic task may have read it before. */
async function isGone(records: Records, uuid: string): Promise<boolean> {
  const item = await records.tables.get(tableOf(records), instanceKey(uuid));
  if (item !== undefined) return isDeleted(item);
  const cell = await cellOfInstance(records, uuid);
  return cell !== undefined && cell !== records.cell?.name;
}

/** Reads the set fields again. */
async function refresh(records: Records, cache: AnyObject): Promise<null> {
  const uuid = textOf(cache, 'instance_uuid') ?? '';
  const fields = fieldsOf(await visibleInstance(records, uuid), uuid);
  const known = textOf(cache, 'network_info');
  const current = fields['network_info'];
  const same = known !== undefined && typeof current === 'string' && sameNetworks(known, current);
  refreshObject(
    cache,
    fields,
    cache.setFields.filter((name) => !same || name !== 'network_info'),
  );
  return null;
}

async function remove(records: Records, cache: AnyObject): Promise<null> {
  await records.tables.update(tableOf(records), instanceKey(textOf(cache, 'instance_uuid') ?? ''), {
    remove: ['network_info', 'info_cache_created_at', 'info_cache_updated_at'],
  });
  return null;
}

export const instanceInfoCache: RecordMethods = {
  instance: {
    save: instanceMethod({ schema: {}, authority: byCondition('instance') }, save),
    refresh: instanceMethod({ schema: {}, authority: mayRead('instance_uuid') }, refresh),
    delete: instanceMethod({ schema: {}, authority: atWork('instance_uuid') }, remove),
  },
  class: {
    get_by_instance_uuid: classMethod(
      { schema: { instance_uuid: text }, authority: mayRead('instance_uuid') },
      async (records, { instance_uuid: uuid }) => {
        const item = await visibleInstance(records, uuid);
        const cache = item === undefined ? null : infoCacheOf(item);
        if (cache === null) throw new InstanceInfoCacheNotFound({ instance_uuid: uuid });
        return cache;
      },
    ),
  },
};
