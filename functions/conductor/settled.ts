import type { JsonMap } from '#ports/json';

/** What the record of a server says that bears on an operation at work on it. */
export interface InstanceFacts {
  readonly vm_state: string | null;
  readonly task_state: string | null;
  readonly host: string | null;
  readonly deleted: boolean;
}

/** How a build ended, as its execution goes on with it. */
export type BuildOutcome = 'active' | 'error' | 'deleted';

/**
 * Whether a build is over: the server is gone, or its vm_state is no longer `building`. A build's first saves are
 * `building` with a null task_state, so task_state tells nothing here.
 */
export function buildSettled(instance: InstanceFacts): BuildOutcome | undefined {
  if (instance.deleted) return 'deleted';
  if (instance.vm_state === 'building') return undefined;
  return instance.vm_state === 'error' ? 'error' : 'active';
}

/** The facts of an instance's item. */
export const instanceFacts = (item: JsonMap): InstanceFacts => ({
  vm_state: textOrNull(item['vm_state']),
  task_state: textOrNull(item['task_state']),
  host: textOrNull(item['host']),
  deleted: item['deleted'] === true,
});

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
