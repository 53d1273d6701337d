import type { CallState, MovingState } from './state.ts';
import type { Json } from '#ports/json';

/* What the workflows carry that move a server while it is off: cold-migrate, and cross-cell-resize after it. */

/** What a cold migration's executions begin with: ids only. */
export interface MoveState extends CallState {
  /** `move` for a first request, `reschedule` for a server given back that nobody owns, `unsupported` for neither. */
  entry: 'move' | 'reschedule' | 'unsupported';
  /** Number of the last attempt, 0 before the first. */
  attempt: number;
  /** `[host, node]` of every attempt so far. */
  tried: [string, string][];
}

/** The state from Begin on. */
export interface OwnedState extends MoveState, MovingState {
  type: 'resize' | 'migration';
}

/** The state once the migration is there. */
export interface MigratingState extends OwnedState {
  migration: string;
  /** The migration holds what the server held on its source. */
  swapped: boolean;
}

/** The state once a destination is chosen. */
export interface PlacedState extends MigratingState {
  host: string;
  node: string;
  /** Place of the destination's Selection in the list that the scheduler, or the compute, gave. */
  chosen: number;
  /**
   * What the scheduler gave for the own cell; absent where a compute did, and across cells, where they lie with the
   * request.
   */
  selections?: Json[];
  /** Whether the destination lies in another cell; absent where it was chosen before servers could leave theirs. */
  way?: 'within' | 'across';
}

/** The events of the request's action, the outermost first. */
export const EVENTS = ['conductor_migrate_server', 'cold_migrate'] as const;
