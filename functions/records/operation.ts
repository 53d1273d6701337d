import type { Json } from '#ports/json';
import type { Attributes, Item } from '#ports/tables';

/**
 * What an instance's item remembers of a build at work on it. All of it lies in `op:launch:` attributes beside Nova's
 * fields; each operation has names of its own, so two operations on one server do not meet.
 */
export interface LaunchOperation {
  /** Name of the execution that owns the record. */
  readonly owner: string | null;
  /** Number of the attempt that the last cast was for, from 1. */
  readonly attempt: number;
  /** Token of the Task that waits for the compute. */
  readonly token: string | null;
  /** A compute's request to be rescheduled that has come in for `attempt`. */
  readonly reschedule: StoredReschedule | null;
}

/** What a reschedule leaves on the record: no document and no secret, those stay with the request. */
export interface StoredReschedule {
  readonly attempt: number;
  /** What went wrong on the host, in the compute's words. */
  readonly reason: string;
}

export const OWNER = 'op:launch:owner';
export const ATTEMPT = 'op:launch:attempt';
export const TOKEN = 'op:launch:token';
export const RESCHEDULE = 'op:launch:reschedule';
/** The request document that the build came with. */
export const REQUEST = 'op:launch:request';
/** The hosts that may write the record now, as `|host1|host2|`; absent while any host of the cell may. */
export const HOSTS = 'op:hosts';
/** Set while the server counts against its project's quota: what to give back. */
export const QUOTA = 'op:quota';

/** The hosts attribute for these hosts. */
export const hostsAttribute = (...hosts: readonly string[]): string => `|${hosts.join('|')}|`;

/** How one of them shows up in it. */
export const hostMark = (host: string): string => `|${host}|`;

/** Reads the build's part of an instance's item. */
export function launchOperation(item: Item): LaunchOperation {
  const reschedule = item[RESCHEDULE] as { attempt: number; reason: string } | null | undefined;
  return {
    owner: (item[OWNER] as string | undefined) ?? null,
    attempt: (item[ATTEMPT] as number | undefined) ?? 0,
    token: (item[TOKEN] as string | undefined) ?? null,
    reschedule: reschedule ?? null,
  };
}

/** Nova's fields of an item: everything but keys and bookkeeping. */
export function fieldsOf(item: Attributes): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(item).filter(
      ([name]) => name !== 'pk' && name !== 'sk' && !name.startsWith('op:') && !name.startsWith('by_'),
    ),
  );
}
