import { all, equals } from '#ports/conditions';
import { ConditionFailed, type Item } from '#ports/tables';
import { isAtWork } from '../authority/conditions.ts';
import { tableOf } from '../cell-table.ts';
import { actedBy, destroyedBy, givenUpBy, givenUpHosts } from '../items/given-up.ts';
import { guestReport, guestsItem } from '../items/guests.ts';
import { instanceItem } from '../items/instance.ts';
import { shownGuest } from '../items/second-guest.ts';
import { guestsKey, instanceKey, secondGuestKey } from '../keys.ts';
import type { Records } from '../method.ts';

/** Notes that a host which was given up for a server has its guest: the reconciler sees to it. */
export async function noteSecondGuest(records: Records, host: string, uuid: string): Promise<void> {
  const set = shownGuest(host, uuid, records.clock.now());
  await records.tables.update(tableOf(records), secondGuestKey(host, uuid), { set });
}

/** Notes those guests of a host, among the servers that it named as its guests, for which it was given up. */
export async function noteSecondGuests(records: Records, items: readonly Item[]): Promise<void> {
  for (const item of items) {
    const { uuid, deleted } = instanceItem(item);
    const lost = deleted ? [] : givenUpHosts(item).filter(({ host }) => records.hosts?.includes(host) === true);
    for (const { host } of lost) if (!isAtWork(item, [host])) await noteSecondGuest(records, host, uuid);
  }
}

/** A guest that its host has destroyed, as it was ordered. */
interface DestroyedGuest {
  readonly host: string;
  readonly uuid: string;
  /** The request of the order. */
  readonly requestId: string;
}

/**
 * Takes off what was noted of a second guest once its host has destroyed it, unless the host was given the server anew.
 */
export async function secondGuestDestroyed(records: Records, guest: DestroyedGuest): Promise<void> {
  const { host, uuid, requestId } = guest;
  const [table, key] = [tableOf(records), instanceKey(uuid)];
  try {
    const remove = [givenUpBy(host), actedBy(host), destroyedBy(host)];
    await records.tables.update(table, key, { remove }, equals(destroyedBy(host), requestId));
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    return;
  }
  await takeOffReport(records, host, uuid);
  await records.tables.delete(table, secondGuestKey(host, uuid));
  records.log?.count('second_guests_destroyed');
}

/** The last report of a host without a guest; a report that has come meanwhile is the newer truth. */
async function takeOffReport(records: Records, host: string, uuid: string): Promise<void> {
  const [table, key] = [tableOf(records), guestsKey(host)];
  const item = await records.tables.get(table, key);
  if (item === undefined) return;
  const { reported_at, guests, second } = guestsItem(item);
  const set = guestReport(
    host,
    reported_at,
    guests.filter((each) => each !== uuid),
    second.filter((each) => each.uuid !== uuid),
  );
  try {
    await records.tables.update(table, key, { set }, all(equals('reported_at', reported_at)));
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
}
