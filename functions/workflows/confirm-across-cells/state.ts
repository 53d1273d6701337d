import type { Answer } from '../begin-answer.ts';

/*
 * Theory of operation.
 *
 * The user keeps the server where it is: the host that it has come from lets go of it, the copy that was hidden there
 * is deleted, and the server has no way back any more. Each step may be repeated, by the same request or by another
 * one: a copy that is gone needs no host to let go of it. So a confirmation that failed half-way is made again.
 */

export const CONFIRM: Answer = {
  operation: 'confirm-across-cells',
  event: 'conductor_confirm_snapshot_based_resize',
  method: 'confirm_snapshot_based_resize',
  whileTask: [],
};

/** The event by which the user sees the source's part. */
export const CONFIRM_EVENT = 'compute_confirm_snapshot_based_resize_at_source';

/** Names the call to the source. */
export const callId = (execution: string): string => `${execution}-confirm`;
