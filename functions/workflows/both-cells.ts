import type { Ownership } from '#operations/own-operation';
import type { Cell } from '#records/method';
import type { Operation } from '#records/operation';
import type { Asking } from './call-compute.ts';
import type { CallState } from './state.ts';

/* What the workflows carry that end a resize across cells: confirm-across-cells and revert-across-cells. */

/** What an execution begins with: ids only. */
export interface AnsweredState extends CallState {
  /** uuid of the migration, the same in both cells. */
  migration: string;
  /** The event has ended and the caller was answered. */
  replied?: boolean;
}

/** The state once the server is owned, in the cell that it has moved to. */
export interface ArrivedState extends AnsweredState, Asking {
  cell: string;
  cell_uuid: string;
}

/** The state once both hosts are known, and the cell that the server has come from. */
export interface BothCellsState extends ArrivedState {
  source_cell: string;
  source_cell_uuid: string;
  source_host: string;
  host: string;
}

/** The cell that the server has moved to. */
export const arrivedIn = ({ cell: name, cell_uuid: uuid }: ArrivedState): Cell => ({ name, uuid });

/** The cell that it has come from. */
export const cameFrom = ({ source_cell: name, source_cell_uuid: uuid }: BothCellsState): Cell => ({ name, uuid });

/** An execution as owner of the copy in one of the cells. */
export const ownerIn = (cell: Cell, operation: Operation, state: AnsweredState, execution: string): Ownership => ({
  operation,
  cell,
  uuid: state.server,
  execution,
});
