import * as v from 'valibot';
import { isoSeconds } from '#conductor/time';
import type { Json, JsonMap } from '#ports/json';
import type { Item } from '#ports/tables';
import { parseArguments, text, texts } from '../arguments.ts';
import { isAtWork, mayNot } from '../authority/conditions.ts';
import { tableOf } from '../cell-table.ts';
import { noteSecondGuests } from './second-guests.ts';
import { guestReport, type SecondGuest } from '../items/guests.ts';
import { instanceItem } from '../items/instance.ts';
import { guestsKey, instanceKey } from '../keys.ts';
import type { Records } from '../method.ts';

/** Servers that are read at a time. */
const TOGETHER = 100;

/** Guests that are reported one by one. */
const MOST_REPORTED = 20;

const REPORT = v.object({ host: text, guests: texts });

/**
 * Takes the list of guests that a host reports when it begins to listen. A guest whose server is recorded on another
 * host runs twice, or may: that is logged, counted as `second_guests` and kept for the audit. One for which the host
 * was given up is noted for the reconciler, which sees to it. The host is answered nothing.
 *
 * @throws Forbidden for anybody but the host itself
 */
export async function reportGuests(records: Records, args: JsonMap): Promise<Json> {
  const { host, guests } = parseArguments(REPORT, args);
  const { hosts = [] } = records;
  if (!hosts.includes(host)) throw mayNot(hosts, `report the guests of ${host}`);
  const uuids = [...new Set(guests)];
  const second: SecondGuest[] = [];
  // Records of servers may be large: those of a hundred are held at a time.
  for (let from = 0; from < uuids.length; from += TOGETHER) {
    const items = await instances(records, uuids.slice(from, from + TOGETHER));
    second.push(...items.flatMap((item) => secondOn(host, item)));
    await noteSecondGuests({ ...records, hosts: [host] }, items);
  }
  const report = guestReport(host, isoSeconds(records.clock.now()), uuids, second);
  await records.tables.put(tableOf(records), { ...report, ...guestsKey(host) });
  for (const [at, { uuid, recorded }] of second.entries()) {
    records.log?.count('second_guests');
    if (at < MOST_REPORTED)
      records.log?.warn('a guest runs on a host that its server is not on', { instance: uuid, host, recorded });
  }
  return null;
}

/** The guest of a server that is recorded elsewhere. A compute does away with what was deleted by itself. */
function secondOn(host: string, item: Item): SecondGuest[] {
  const { uuid, deleted, host: recorded } = instanceItem(item);
  return deleted || recorded === host || isAtWork(item, [host]) ? [] : [{ uuid, recorded }];
}

async function instances(records: Records, uuids: readonly string[]): Promise<Item[]> {
  const keys = uuids.map((uuid) => ({ table: tableOf(records), key: instanceKey(uuid) }));
  return (await records.tables.batchGet(keys)).filter((item) => item !== undefined);
}
