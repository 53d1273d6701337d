/** What is known of a server that has been in transition for a while, and of the operation at work on it. */
export interface TransitionFacts {
  /** Whose record it is; undefined when no operation of ours is at work on it. */
  readonly operation: string | undefined;
  /** The execution that owns it, and how that stands; undefined when there is none of the name any more. */
  readonly owner: string | null;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | undefined;
  /** How the operation ended, by the record alone; undefined while it goes on. */
  readonly settled: string | undefined;
  /** The documents of its request are there. */
  readonly documented: boolean;
  readonly deleting: boolean;
}

export type ReconcileDecision =
  /** Somebody is at work on it, or it needs nothing. */
  | { readonly kind: 'leave' }
  /** The work is done: an execution that still waits for it is answered. */
  | { readonly kind: 'settle' }
  /** A new execution takes the server over from the one that runs no more. */
  | { readonly kind: 'relaunch' }
  /** A person must look. */
  | { readonly kind: 'report'; readonly reason: string };

/**
 * What is done about a server in transition. A failed execution waits to be redriven and must not be overtaken; a build
 * whose execution was stopped, or is gone, goes on in another; the rest is for people.
 */
export function reconcile(facts: TransitionFacts): ReconcileDecision {
  if (facts.operation === undefined)
    return facts.deleting ? { kind: 'leave' } : { kind: 'report', reason: 'no operation of ours is at work on it' };
  if (facts.settled !== undefined) return { kind: facts.status === 'RUNNING' ? 'settle' : 'leave' };
  if (facts.status === 'RUNNING' || facts.deleting) return { kind: 'leave' };
  if (facts.status === 'FAILED') return { kind: 'report', reason: 'its execution has failed and waits to be redriven' };
  if (facts.operation !== 'launch') return { kind: 'report', reason: 'the execution that owned it runs no more' };
  if (!facts.documented) return { kind: 'report', reason: 'the documents of its request are gone' };
  return { kind: 'relaunch' };
}
