import type { JsonMap } from '#ports/json';
import type { RequestState, WaitingState } from '../state.ts';

/*
 * Theory of operation.
 *
 * A server that is shelved still lies on its host and is only started there; one that was offloaded lies nowhere, holds
 * nothing, and gets a host of its own cell. Either way the execution owns the server under `op:unshelve:` names from
 * Target server until it is settled or given up, and gives it up in every ending, so that the next unshelve may begin.
 *
 * What is taken on the way is one claim, made under the execution's name: Undo: Schedule in cell withdraws it. Every
 * failure leaves a server that can be unshelved again: vm_state stays, the task ends, and the host that was ordered to
 * take it is fenced by the same write. Only a server whose image is gone, or that was never shelved, ends in error, as
 * in Nova.
 */

/** The state once the server's cell is known. */
export interface TargetedState extends RequestState, WaitingState {
  cell: string;
  cell_uuid: string;
  /** `start`, `find-image`, `schedule`, `wrong-state`. */
  path: string;
  image_id: string | null;
}

/** The state once a host is chosen. */
export interface PlacedState extends TargetedState {
  host: string;
  node: string;
  zone: string;
  limits: JsonMap;
}
