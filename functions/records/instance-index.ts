import type { Attributes } from '#ports/tables';

/** What an instance shows in the indexes: its host, and whether anything is going on with it. */
export interface InstanceFacts {
  readonly uuid: string;
  readonly host: string | null;
  readonly vm_state: string | null;
  readonly task_state: string | null;
  readonly deleted: boolean;
  readonly cleaned: boolean;
  readonly updated_at: string;
}

/** Keys of the indexes of an instance; a name without a value leaves its index. */
export interface IndexKeys {
  readonly set: Attributes;
  readonly remove: string[];
}

/**
 * By host: `host`, or `deleted#host` for a deleted one whose files the host may still have. By status: `transition`
 * while a task runs or it is being built, else its vm_state; sorted by the time of the last change.
 */
export function instanceIndexKeys(facts: InstanceFacts): IndexKeys {
  const host = hostPartition(facts);
  const status = statusPartition(facts);
  return {
    set: {
      ...(host === undefined ? {} : { by_host: host, by_host_sort: `instance#${facts.uuid}` }),
      by_status: status,
      by_status_sort: `${facts.updated_at}#${facts.uuid}`,
    },
    remove: host === undefined ? ['by_host', 'by_host_sort'] : [],
  };
}

/** Partition of the deleted instances whose host has not cleaned up yet. */
export const deletedOnHost = (host: string): string => `deleted#${host}`;

/** Where an instance shows up by host; undefined when it is on none, or cleaned up after deletion. */
export function hostPartition(facts: Pick<InstanceFacts, 'host' | 'deleted' | 'cleaned'>): string | undefined {
  if (facts.host === null || facts.host === '' || (facts.deleted && facts.cleaned)) return undefined;
  return facts.deleted ? deletedOnHost(facts.host) : facts.host;
}

/** Where an instance shows up by status. */
export function statusPartition(facts: Pick<InstanceFacts, 'vm_state' | 'task_state' | 'deleted'>): string {
  if (facts.deleted) return 'deleted';
  if (facts.task_state !== null || facts.vm_state === 'building') return 'transition';
  return facts.vm_state ?? 'unknown';
}
