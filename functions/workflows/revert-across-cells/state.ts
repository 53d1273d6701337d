import type { Answer } from '../begin-answer.ts';

/*
 * Theory of operation.
 *
 * The user wants the server back where it came from. The copy that was hidden there is made ready, what was attached
 * and done meanwhile goes along, and one transaction shows it again in place of the other. Only then the destination
 * destroys its guest, its copy is deleted, and the source starts the guest that it has kept. A failure leaves the copy
 * that is shown in error, be it before the switch or after it.
 */

export const REVERT: Answer = {
  operation: 'revert-across-cells',
  event: 'conductor_revert_snapshot_based_resize',
  method: 'revert_snapshot_based_resize',
  whileTask: ['resize_reverting', null],
};

/** The event by which the user sees the destination's part. */
export const REVERT_EVENT = 'compute_revert_snapshot_based_resize_at_dest';

/** Names a call to one of the hosts. */
export const callId = (execution: string, question: 'revert' | 'finish'): string => `${execution}-${question}`;
