import { Forbidden } from '#errors';
import { FINAL_STATUSES } from '#conductor/settled';
import { all, any, contains, equals, not, oneOf, type Condition } from '#ports/conditions';
import type { Attributes } from '#ports/tables';
import type { Records } from './method.ts';
import { BEING_DELETED, hadBy, hostMark, HOSTS, isBeingDeleted } from './operation.ts';
import { plainText } from '#wire/reading';

/** Who may change a record: as a condition of the write, and as the refusal of a record at hand. */
export interface Authority {
  /** Undefined for a speaker who is no host. */
  readonly condition: Condition | undefined;
  /** @throws Forbidden which names the hosts and what they may not change */
  refuse(item: Attributes): void;
}

/**
 * A host writes only servers that it is involved in. `op:hosts` of an item names them; a workflow sets it with each
 * cast, and an item that has none may be written by every host of the cell. A server that its user deletes may be written
 * by every host that has had it: its deletion is never late.
 */
export function serverAuthority(records: Records, server: string): Authority {
  return authority(
    records.hosts,
    (speakers) =>
      any(
        equals(HOSTS, null),
        ...speakers.map((host) => contains(HOSTS, hostMark(host))),
        all(BEING_DELETED, any(...speakers.map((host) => equals(hadBy(host), true)))),
      ),
    (item, speakers) => {
      const involved = item[HOSTS];
      if (typeof involved !== 'string' || speakers.some((host) => involved.includes(hostMark(host)))) return true;
      return isBeingDeleted(item) && speakers.some((host) => item[hadBy(host)] === true);
    },
    `instance ${server}: it is not at work on it`,
  );
}

/**
 * A migration is written by its source and its destination, and by any host while it has no destination. Once it is over
 * no host lets it go on: one that was given up comes back to its orders, and would revive what has been put right.
 */
export function migrationAuthority(records: Records, server: string, status?: string): Authority {
  const names = ['source_compute', 'dest_compute'];
  const goesOn = status !== undefined && !FINAL_STATUSES.has(status);
  return authority(
    records.hosts,
    (speakers) =>
      all(
        any(equals('dest_compute', null), ...names.map((name) => oneOf(name, speakers))),
        ...(goesOn ? [not(oneOf('status', [...FINAL_STATUSES]))] : []),
      ),
    (item, speakers) =>
      !(goesOn && FINAL_STATUSES.has(plainText(item['status']))) &&
      ((item['dest_compute'] ?? null) === null || names.some((name) => speakers.some((host) => host === item[name]))),
    `the migration of instance ${server}: it is over, or another host's`,
  );
}

/** Services and nodes are written by their own host. */
export function hostAuthority(records: Records, what: string): Authority {
  return authority(
    records.hosts,
    (speakers) => oneOf('host', speakers),
    (item, speakers) => speakers.some((host) => host === item['host']),
    `${what} of another host`,
  );
}

function authority(
  hosts: readonly string[] | undefined,
  condition: (hosts: readonly string[]) => Condition,
  holds: (item: Attributes, hosts: readonly string[]) => boolean,
  what: string,
): Authority {
  if (hosts === undefined) return { condition: undefined, refuse: () => undefined };
  return {
    condition: condition(hosts),
    refuse: (item) => {
      if (holds(item, hosts)) return;
      throw new Forbidden({}, { message: `${hosts.join(', ')} may not change ${what}` });
    },
  };
}
