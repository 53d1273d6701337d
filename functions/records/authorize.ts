import { Forbidden } from '#errors';
import { any, contains, equals, type Condition } from '#ports/conditions';
import type { Attributes } from '#ports/tables';
import type { Records } from './method.ts';
import { hostMark, HOSTS } from './operation.ts';

/**
 * A host writes only records that it is involved in. `op:hosts` of an item names them; a workflow sets it with each
 * cast, and an item that has none may be written by every host of the cell.
 */
export function mayWrite(records: Records): Condition | undefined {
  if (records.hosts === undefined) return undefined;
  return any(equals(HOSTS, null), ...records.hosts.map((host) => contains(HOSTS, hostMark(host))));
}

/** The same question about an item at hand. */
export function isInvolved(records: Records, item: Attributes): boolean {
  const hosts = item[HOSTS];
  if (records.hosts === undefined || typeof hosts !== 'string') return true;
  return records.hosts.some((host) => hosts.includes(hostMark(host)));
}

/**
 * Refuses a host that the record does not involve.
 *
 * @throws Forbidden which names the hosts and the server
 */
export function mustBeInvolved(records: Records, item: Attributes, server: string): void {
  if (isInvolved(records, item)) return;
  const hosts = (records.hosts ?? []).join(', ');
  throw new Forbidden({}, { message: `${hosts} may not change instance ${server}: it is not at work on it` });
}
