import type { Ownership } from '#operations/own-operation';
import type { Cell } from '#records/method';
import type { Asking } from '../call-compute.ts';
import type { PlacedState } from '../cold-move.ts';
import { ownedBy } from '../state.ts';

/*
 * Theory of operation.
 *
 * A resize whose destination lies in another cell. The server is copied there, hidden; its guest is stopped and
 * uploaded at its source, started at the destination, and then the copy is shown in place of the original, by one
 * transaction over both records and the mapping. Exactly one of the two is shown at every moment, and it is the one
 * that the mapping names. Both stay until the user confirms or reverts.
 *
 * The execution takes the server over from the cold migration that chose the host, and has its name. Both copies name
 * it as their owner, so a copy that lies there is known as ours. Hosts are asked by calls; an answer is kept with the
 * waiting call before the Task that waits is completed, and the Task that follows reads it, after a time-out too.
 *
 * Until the switch every failure leaves the server where it was, and nothing in the other cell. A destination that did
 * not answer its last call may start the guest yet: it is fenced first, so that its saves are refused, then ordered to
 * take the guest away, and only then the copy is deleted.
 */

/** The state once the cell of the destination is known. */
export interface CrossingState extends PlacedState, Asking {
  target_cell: string;
  target_cell_uuid: string;
  /**
   * The image record that the source uploads to; null where the server has no disk of its own, absent before it is
   * made.
   */
  snapshot?: string | null;
  /** The copy was shown: nothing is undone any more. */
  switched?: boolean;
}

/** This execution as owner of the copy in the server's own cell. */
export const ownership = ownedBy('cross-cell-resize');

/** The cell that the server comes from. */
export const sourceOf = ({ cell: name, cell_uuid: uuid }: PlacedState): Cell => ({ name, uuid });

/** The cell that it goes to. */
export const targetOf = ({ target_cell: name, target_cell_uuid: uuid }: CrossingState): Cell => ({ name, uuid });

/** The same execution as owner of the copy in the other cell. */
export const copyOwnership = (state: CrossingState, execution: string): Ownership => ({
  ...ownership(state, execution),
  cell: targetOf(state),
});

/** What hosts are asked, in order. */
export type Question = 'prepare' | 'power-off' | 'finish' | 'take-away';

/** Names a call to a host. */
export const callId = (execution: string, question: Question): string => `${execution}-${question}`;

/** The event by which the user sees the destination's last part, in the cell that the server comes from. */
export const FINISH_EVENT = 'compute_finish_snapshot_based_resize_at_dest';
