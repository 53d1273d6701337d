/** What the record of a server says that bears on an operation at work on it. */
export interface InstanceFacts {
  readonly vm_state: string | null;
  readonly task_state: string | null;
  readonly host: string | null;
  readonly deleted: boolean;
}

/** The same, with the final status of the migration that the operation waits for, null until there is one. */
export interface OperationFacts extends InstanceFacts {
  readonly migrationStatus: string | null;
}

/** How a build ended, as its execution goes on with it. */
export type BuildOutcome = 'active' | 'error' | 'deleted';

/** How a move, rebuild or unshelve ended. */
export type MoveOutcome = 'done' | 'error' | 'deleted';

/**
 * Whether a build is over: the server is gone, or its vm_state is no longer `building`. A build's first saves are
 * `building` with a null task_state, so task_state tells nothing here.
 */
export function buildSettled(instance: InstanceFacts): BuildOutcome | undefined {
  if (instance.deleted) return 'deleted';
  if (instance.vm_state === 'building') return undefined;
  return instance.vm_state === 'error' ? 'error' : 'active';
}

/**
 * Whether a live migration or an evacuation is over: its migration has come to a final status and no task runs. Both pass
 * through a null task_state and vm_state `error` on the way, so neither alone settles anything.
 */
export function migrationSettled(facts: OperationFacts): MoveOutcome | undefined {
  if (facts.deleted) return 'deleted';
  if (facts.migrationStatus === null || facts.task_state !== null) return undefined;
  return SUCCEEDED.has(facts.migrationStatus) ? 'done' : 'error';
}

/** Whether a resize waits for its confirmation, or has failed. */
export function resizeSettled(facts: OperationFacts): MoveOutcome | undefined {
  if (facts.deleted) return 'deleted';
  if (facts.vm_state === 'resized') return 'done';
  if (facts.task_state !== null) return undefined;
  return facts.vm_state === 'error' || facts.migrationStatus === 'error' ? 'error' : undefined;
}

/** Whether a rebuild in place or an unshelve is over: no task runs any more. */
export function taskSettled(facts: OperationFacts): MoveOutcome | undefined {
  if (facts.deleted) return 'deleted';
  if (facts.task_state !== null) return undefined;
  return facts.vm_state === 'error' ? 'error' : 'done';
}

/** The statuses that a migration does not leave any more. */
export const FINAL_STATUSES: ReadonlySet<string> = new Set([
  'cancelled',
  'completed',
  'confirmed',
  'done',
  'error',
  'failed',
  'reverted',
]);

const SUCCEEDED: ReadonlySet<string> = new Set(['completed', 'confirmed', 'done']);
