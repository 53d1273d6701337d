import { Forbidden, type NovaError } from '#errors';
import { leftBehind } from '#conductor/settled';
import { all, any, contains, equals, not, oneOf, type Condition } from '#ports/conditions';
import type { RequestContext } from '#ports/context';
import type { Attributes } from '#ports/tables';
import { ASKED, BEING_DELETED, hadBy, hostMark, HOSTS } from '../operation.ts';
import { textOrEmpty } from '#wire/reading';
import { givenUpIn, inTime } from '#records/items/given-up';
import { isBeingDeleted, type InstanceItem } from '#records/items/instance';
import { migrationItem, type MigrationItem } from '#records/items/migration';
import { storedValue } from '#records/items/read';
import { type ServiceItem } from '#records/items/service';

/** Who writes: the hosts that its principal stands for; absent for who is no host. */
interface Speaker {
  readonly hosts?: readonly string[];
}

/** Who writes, and in which request. */
interface Asking extends Speaker {
  readonly context: Pick<RequestContext, 'request_id'>;
}

/** Who may change a record: as a condition of the write, and as the refusal of a record at hand. */
export interface Authority {
  /** Undefined for a speaker who is no host. */
  readonly condition: Condition | undefined;
  /** @throws Forbidden which names the hosts and what they may not change */
  refuse(item: Attributes): void;
}

/**
 * A host writes only servers that it is at work on. `op:hosts` of an item names them; a workflow sets it with each
 * cast, and an item that has none is written by the host that its record names. What it writes in a request in which
 * it was given up is late, whatever it was ordered since. A server that its user deletes may be
 * written by every host that has had it: its deletion is never late.
 *
 * @param row the columns of a save: a host that only had the server writes no state but those of a deletion
 */
export function instanceAuthority({ hosts, context }: Asking, instance: string, row: Attributes = {}): Authority {
  const request = context.request_id;
  return authority(
    hosts,
    (speakers) =>
      any(
        all(equals(HOSTS, null), oneOf<InstanceItem>('host', speakers)),
        ...speakers.map((host) => all(contains(HOSTS, hostMark(host)), not(equals(givenUpIn(host), request)))),
        ...(ofDeletion(row) ? [all(BEING_DELETED, any(...speakers.map((host) => equals(hadBy(host), true))))] : []),
      ),
    (item, speakers) =>
      ofDeletion(row) ? mayWrite(item, speakers, request) : isAtWork(item, inTime(item, speakers, request)),
    `instance ${instance}: it is not at work on it`,
  );
}

/** Whether a save may be one of a deletion: it ends a task, or leaves the server deleted or in error. */
const ofDeletion = (row: Attributes): boolean =>
  (row['task_state'] ?? null) === null &&
  ['deleted', 'error', 'soft-delete', undefined].some((state) => state === row['vm_state']);

/** A host that is at work on a server, or had it before its user began to delete it. */
const hasInHand = (item: Attributes, hosts: readonly string[]): boolean =>
  isAtWork(item, hosts) || (isBeingDeleted(item) && hosts.some((host) => item[hadBy(host)] === true));

/** Such a host, in a request in which it was not given up. */
export const mayWrite = (item: Attributes, hosts: readonly string[], request: string): boolean =>
  hasInHand(item, inTime(item, hosts, request));

/**
 * Whether a server is deleted and one of these hosts has had it: it may read the record, for a compute looks through
 * its guests for those whose server is deleted, and does away with them.
 */
export const isFormer = (item: Attributes, hosts: readonly string[]): boolean =>
  storedValue<InstanceItem>(item, 'deleted') === true && hosts.some((host) => item[hadBy(host)] === true);

/** Whether one of these hosts may write the server of an item, or is asked whether it takes the server. */
export const isConcerned = (item: Attributes, hosts: readonly string[]): boolean =>
  hasInHand(item, hosts) || hosts.some((host) => textOrEmpty(item[ASKED]).includes(hostMark(host)));

/** Whether one of these hosts is at work on the server of an item. */
export function isAtWork(item: Attributes, hosts: readonly string[]): boolean {
  const involved = item[HOSTS] ?? null;
  if (involved === null) return hosts.some((host) => host === storedValue<InstanceItem>(item, 'host'));
  return typeof involved === 'string' && hosts.some((host) => involved.includes(hostMark(host)));
}

/**
 * A migration is written by its source and its destination. Once it is over no host lets it go on: one that was given
 * up comes back to its orders, and would revive what has been put right.
 */
export function migrationAuthority(speaker: Speaker, instance: string, status?: string): Authority {
  const names = ['source_compute', 'dest_compute'] as const;
  return ofMove(
    speaker,
    instance,
    status,
    (speakers) => any(...names.map((name) => oneOf<MigrationItem>(name, speakers))),
    (item, speakers) => names.some((name) => speakers.some((host) => host === storedValue<MigrationItem>(item, name))),
  );
}

/** A migration that has no destination yet is written by the host at work on its server: it names itself. */
export function chosenAuthority(speaker: Speaker, instance: string, status?: string): Authority {
  return ofMove(
    speaker,
    instance,
    status,
    () => equals<MigrationItem>('dest_compute', null),
    (item) => storedValue<MigrationItem>(item, 'dest_compute') === null,
  );
}

function ofMove(
  speaker: Speaker,
  instance: string,
  status: string | undefined,
  condition: (hosts: readonly string[]) => Condition,
  holds: (item: Attributes, hosts: readonly string[]) => boolean,
): Authority {
  const over = status === undefined ? [] : leftBehind(status);
  return authority(
    speaker.hosts,
    (speakers) => all(condition(speakers), ...(over.length === 0 ? [] : [not(oneOf<MigrationItem>('status', over))])),
    (item, speakers) => !over.includes(migrationItem(item).status) && holds(item, speakers),
    `the migration of instance ${instance}: it is over, or another host's`,
  );
}

/** Services and nodes are written by their own host. */
export function hostAuthority(speaker: Speaker, what: string): Authority {
  return authority(
    speaker.hosts,
    (speakers) => oneOf<ServiceItem>('host', speakers),
    (item, speakers) => speakers.some((host) => host === storedValue<ServiceItem>(item, 'host')),
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
      throw mayNot(hosts, `change ${what}`);
    },
  };
}

/** Hosts that a refusal names. */
const MOST_NAMED = 3;

/** The refusal of what hosts may not do. */
export function mayNot(hosts: readonly string[], what: string): NovaError {
  const more = hosts.length - MOST_NAMED;
  const who = `${hosts.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return new Forbidden({}, { message: `${who} may not ${what}` });
}
