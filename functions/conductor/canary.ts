/** What is known of the instance that is built on a host to see whether that works. */
export interface CanaryFacts {
  /** What was done with it last; null where there is none. */
  readonly phase: 'building' | 'deleting' | null;
  /** Seconds since that phase began, or since the last one ended. */
  readonly seconds: number;
  /** Seconds between the end of one canary and the next. */
  readonly every: number;
  /** How it stands: `unplaced` has no record in a cell yet. */
  readonly instance: 'unplaced' | 'building' | 'active' | 'error' | 'gone';
}

export type CanaryDecision =
  | 'wait'
  /** Ask for the next one. */
  | 'build'
  /** It runs: have it deleted. */
  | 'delete'
  /** It was built and deleted. */
  | 'done'
  /** It came to nothing: have it deleted, whatever is left of it. */
  | 'fail';

/** Seconds that a host may take to build an instance, or to delete it. */
const TIMEOUT = 600;

/** What is done about a canary; one that has failed is deleted before the next one is asked for. */
export function nextOfCanary({ phase, seconds, every, instance }: CanaryFacts): CanaryDecision {
  if (phase === null) return seconds >= every ? 'build' : 'wait';
  if (phase === 'deleting') {
    if (instance === 'gone') return 'done';
    if (seconds <= TIMEOUT) return 'wait';
    // What was never placed is nowhere to be deleted; it has failed already.
    return instance === 'unplaced' ? 'done' : 'fail';
  }
  if (instance === 'active') return 'delete';
  if (instance === 'error' || instance === 'gone') return 'fail';
  return seconds > TIMEOUT ? 'fail' : 'wait';
}
