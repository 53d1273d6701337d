/** What the record of a server says that bears on an operation at work on it. */
export interface InstanceFacts {
  readonly vm_state: string | null;
  readonly task_state: string | null;
  readonly host: string | null;
  readonly deleted: boolean;
}

/** What bears on an operation at work on the server: by what its own hosts have written, whatever came after. */
export interface OperationFacts extends InstanceFacts {
  /** Final status of the migration that the operation waits for, null until there is one. */
  readonly migrationStatus: string | null;
  /** The vm_state with which a save has ended the task of this attempt, null until one has. */
  readonly ended: string | null;
}

/** How a build ended, as its execution goes on with it. */
export type BuildOutcome = 'active' | 'error' | 'deleted';

/** How a move, rebuild or unshelve ended. */
export type MoveOutcome = 'done' | 'error' | 'deleted';

/**
 * Whether a build is over: the server is gone, or its vm_state is no longer `building`. A build's first saves are
 * `building` with a null task_state, so task_state proves nothing here.
 */
export function buildSettled(instance: InstanceFacts): BuildOutcome | undefined {
  if (instance.deleted) return 'deleted';
  if (instance.vm_state === 'building') return undefined;
  return instance.vm_state === 'error' ? 'error' : 'active';
}

/**
 * Whether the task of an attempt has ended. A task_state that is set proves nothing: the next request may have set it.
 */
export const taskEnded = ({ ended, task_state }: Pick<OperationFacts, 'ended' | 'task_state'>): boolean =>
  ended !== null || task_state === null;

/**
 * Whether a live migration or an evacuation is over: its migration has come to a final status, and after a failure its
 * task has ended as well, since its host gives back what it has taken until then. Both pass through a null task_state
 * and vm_state `error` on the way, so neither alone settles anything.
 */
export function migrationSettled(facts: OperationFacts): MoveOutcome | undefined {
  if (facts.deleted) return 'deleted';
  if (facts.migrationStatus === null) return undefined;
  if (SUCCEEDED.has(facts.migrationStatus)) return 'done';
  return taskEnded(facts) ? 'error' : undefined;
}

/** Whether a resize waits for its confirmation, has been confirmed or reverted by now, or has failed. */
export function resizeSettled(facts: OperationFacts): MoveOutcome | undefined {
  if (facts.deleted) return 'deleted';
  const { migrationStatus } = facts;
  if (facts.vm_state === 'resized') return 'done';
  if (migrationStatus !== null && (SUCCEEDED.has(migrationStatus) || migrationStatus === 'reverted')) return 'done';
  if (!taskEnded(facts)) return undefined;
  return lastState(facts) === 'error' || migrationStatus === 'error' ? 'error' : undefined;
}

/** Whether a rebuild in place or an unshelve is over: its task has ended. */
export function taskSettled(facts: OperationFacts): MoveOutcome | undefined {
  if (facts.deleted) return 'deleted';
  if (!taskEnded(facts)) return undefined;
  return lastState(facts) === 'error' ? 'error' : 'done';
}

/** Whether a server is gone, where nothing else in its record ends the operation. */
export const endedByDeletion = ({ deleted }: OperationFacts): MoveOutcome | undefined =>
  deleted ? 'deleted' : undefined;

/** The same for an evacuation without a migration: its server becomes its destination's after its task has ended. */
export function arrivalSettled(facts: OperationFacts, destination: string): MoveOutcome | undefined {
  const settled = taskSettled(facts);
  return settled !== 'done' || facts.host === destination ? settled : undefined;
}

/**
 * Whether a move whose hosts have stopped lacks no more than the end of its migration: its task has ended, and the
 * server is on the destination, or on no host, since its user has had it offloaded.
 *
 * @param destination null where the move does not end with the arrival: its user confirms it
 */
export const lacksOnlyItsEnd = (facts: OperationFacts, destination: string | null): boolean =>
  !facts.deleted && taskEnded(facts) && (facts.host === null || facts.host === destination);

/** The vm_state that the task has left. */
const lastState = ({ ended, vm_state }: OperationFacts): string | null => ended ?? vm_state;

/** The vm_state after a move that has failed: a compute that has put its server in error meanwhile knows why. */
export const stateAfterFailure = (before: string, found: string | null): string => (found === 'error' ? found : before);

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

/** The statuses of a resize that its hosts have finished: its user is asked, or has answered. */
const ANSWERED_BY_USER = ['finished', 'confirming', 'reverting'];

/**
 * The statuses that a migration does not leave for this one by a word of its hosts: an order that comes again, to a host
 * that was restarted since, begins nothing anew.
 */
export function leftBehind(status: string): readonly string[] {
  if (FINAL_STATUSES.has(status)) return [];
  return ANSWERED_BY_USER.includes(status) ? [...FINAL_STATUSES] : [...FINAL_STATUSES, ...ANSWERED_BY_USER];
}

const SUCCEEDED: ReadonlySet<string> = new Set(['completed', 'confirmed', 'done']);
