import { mayGoUnstored, storeWindow } from '#conductor/heartbeat';
import { ServiceNotFound } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import type { Attributes } from '#ports/tables';
import { hostAuthority } from '#records/authority/conditions';
import { tableOf } from '#records/cell-table';
import { heardDirectly, heardFrom } from '#records/items/service';
import { serviceKey } from '#records/keys';
import type { Records } from '#records/method';
import { saveRecord } from '#records/save-record';
import { notifyServiceStatus } from '#records/hosts/service-status';
import { present } from '#records/stamp';
import { STORED } from '#records/hosts/compute-service';
import { attributesOf, refreshObject, textOf } from '#records/stored-object';

/**
 * Whether a service that reports need not be written: a stored report of a moment ago says the same
 * (docs/adr/0020-heartbeats-that-go-unstored.md).
 */
function isKnownAlive(records: Records, service: AnyObject): boolean {
  const { config, hosts } = records;
  if (config?.serviceDownTime === undefined || config.heartbeatWindow === undefined) return false;
  // What another's host says is refused by the write.
  if (hosts !== undefined && !hosts.includes(textOf(service, 'host') ?? '')) return false;
  const { serviceDownTime, heartbeatWindow } = config;
  const lastSeenUp = textOf(service, 'last_seen_up');
  const window = storeWindow({ serviceDownTime, heartbeatWindow });
  return mayGoUnstored({ changes: service.changes, lastSeenUp }, records.clock.now(), window);
}

/** Service.save: stores what has changed; a report is a sign of life. @throws ServiceNotFound, Forbidden */
export async function saveService(records: Records, service: AnyObject): Promise<null> {
  if (isKnownAlive(records, service)) {
    service.resetChanges();
    return null;
  }
  const changes = await changesOf(service);
  // A report is a sign of life, at the time of the store (nova.db.main.api.service_update).
  if ('report_count' in changes) changes['last_seen_up'] = present(records);
  const id = Number(service.peek('id'));
  const item = await saveRecord(records, {
    table: tableOf(records),
    key: serviceKey(textOf(service, 'host') ?? '', textOf(service, 'binary') ?? ''),
    set: changes,
    ...('report_count' in changes ? { derived: heardBy(records) } : {}),
    authority: hostAuthority(records, 'a service'),
    missing: () => new ServiceNotFound({ service_id: id }),
  });
  refreshObject(service, item, STORED);
  if (PUBLISHED.some((name) => name in changes)) notifyServiceStatus(records, service, 'update');
  return null;
}

/** What of a service has changed; a reason may quote what its host was told, so its secrets are covered. */
export async function changesOf(service: AnyObject): Promise<Attributes> {
  const names = [...service.changes].filter((name) => STORED.includes(name));
  const changes = attributesOf(service, names);
  const reason = textOf(service, 'disabled_reason');
  if (!('disabled_reason' in changes) || reason === undefined) return changes;
  const { maskedText } = await import('#wire/masked-text');
  return { ...changes, disabled_reason: maskedText(reason) };
}

/** Which process a report came from, and by which way. */
const heardBy = (records: Records): Attributes => ({
  ...heardFrom(records.process),
  ...(records.direct === true ? heardDirectly(present(records)) : {}),
});

/** The changes of a service that are published; reports and versions come with every start. */
const PUBLISHED = ['disabled', 'disabled_reason', 'forced_down'];
