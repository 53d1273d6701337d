import type { Attributes } from '#ports/tables';

/** What an instance shows in the indexes: its host, and whether anything is going on with it. */
export interface InstanceFacts {
  readonly uuid: string;
  readonly host: string | null;
  readonly vm_state: string | null;
  readonly task_state: string | null;
  readonly deleted: boolean;
  readonly cleaned: boolean;
  /** Whether it is a copy that another cell keeps of it. @default it is shown */
  readonly hidden?: boolean;
  readonly created_at: string;
}

/** What its partition of the lookup follows from. */
type Status = Pick<InstanceFacts, 'uuid' | 'vm_state' | 'task_state' | 'deleted' | 'hidden'>;

/** Keys of the indexes of an instance; a name without a value leaves its index. */
export interface IndexKeys {
  readonly set: Attributes;
  readonly remove: string[];
}

/**
 * By host: `host`, or `deleted#host` for a deleted one whose files the host may still have. Looked up by its status,
 * unless it is on a host and nothing goes on with it: then it is found there. Sorted by the time at which it was made,
 * which never changes, so that a save which leaves the status alone writes nothing there.
 */
export function instanceIndexKeys(facts: InstanceFacts): IndexKeys {
  const host = hostPartition(facts);
  const lookup = lookupPartition(facts);
  return {
    set: {
      ...(host === undefined ? {} : { by_host: host, by_host_sort: HOST_SORT }),
      ...(lookup === undefined ? {} : { lookup }),
      lookup_sort: facts.created_at,
    },
    remove: [...(host === undefined ? ['by_host', 'by_host_sort'] : []), ...(lookup === undefined ? ['lookup'] : [])],
  };
}

/**
 * The sort key of all instances of a host: the table's key distinguishes them, and every write is
 * charged for what does it again.
 */
export const HOST_SORT = 'instance#';

/** Partition of the deleted instances whose host has not cleaned up yet. */
export const deletedOnHost = (host: string): string => `deleted#${host}`;

/** Where an instance shows up by host; undefined when it is on none, or cleaned up after deletion. */
export function hostPartition(facts: Pick<InstanceFacts, 'host' | 'deleted' | 'cleaned'>): string | undefined {
  if (facts.host === null || facts.host === '' || (facts.deleted && facts.cleaned)) return undefined;
  return facts.deleted ? deletedOnHost(facts.host) : facts.host;
}

/** Partitions among which the servers that something goes on with are spread: every build enters one and leaves it. */
export const TRANSITION: readonly string[] = Array.from({ length: 16 }, (_, at) => `transition#${at}`);

/** The partitions of a status; a status that every build passes through has many. */
export const statusPartitions = (status: string): readonly string[] =>
  status === 'transition' ? TRANSITION : [status];

/** Where an instance is looked up; undefined when it is found by its host. */
export function lookupPartition(facts: Status & Pick<InstanceFacts, 'host'>): string | undefined {
  const status = statusPartition(facts);
  const isSettled = status === facts.vm_state && facts.host !== null && facts.host !== '';
  return isSettled && !facts.deleted ? undefined : status;
}

/**
 * Where an instance shows up by status: `transition#N` while a task runs or it is being built, else its vm_state. A
 * hidden copy is in transition for as long as it is there: the reconciler looks whether anybody needs it still.
 */
export function statusPartition(facts: Status): string {
  if (facts.deleted) return 'deleted';
  if (facts.task_state !== null || facts.vm_state === 'building' || facts.hidden === true)
    return transitionPartition(facts.uuid);
  return facts.vm_state ?? 'unknown';
}

/** The one of a server, from the end of its uuid, which is random. */
export const transitionPartition = (uuid: string): string =>
  TRANSITION[Number.parseInt(uuid.slice(-1), 16) % TRANSITION.length] ?? 'transition#0';
