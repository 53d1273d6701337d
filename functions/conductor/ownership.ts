import { taskEnded, type OperationFacts } from './settled.ts';

/** A running execution that owns a server which another request asks for. */
export interface Owning extends Pick<OperationFacts, 'ended' | 'task_state'> {
  /** How its operation ended; undefined while it goes on. */
  readonly settled: string | undefined;
  /** The task states that its operation goes through. */
  readonly tasks: readonly string[];
}

/**
 * What becomes of the request. Nova's API lets a request in only when the task before it has ended, so whoever finds it
 * ended, or finds its own task in its place, has come in order and waits until the owner is wound up; one that finds
 * the owner in the middle of its task has lost a race.
 */
export function turnOf(owning: Owning): 'wait' | 'refuse' {
  if (owning.settled !== undefined || taskEnded(owning)) return 'wait';
  return owning.tasks.some((task) => task === owning.task_state) ? 'refuse' : 'wait';
}
