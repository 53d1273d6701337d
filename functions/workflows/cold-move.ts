import type { SeenRestart } from '#operations/order-facts';
import type { Json } from '#ports/json';

/* What the workflows carry that move a server while it is off: cold-migrate, and cross-cell-resize after it. */

/** What a cold migration's executions begin with: ids only. */
export interface MoveState {
  /** `move` for a first request, `reschedule` for a server given back that nobody owns, `unsupported` for neither. */
  entry: 'move' | 'reschedule' | 'unsupported';
  server: string;
  /** Key of the request's items. */
  request: string;
  request_id: string;
  /** Number of the last attempt, 0 before the first. */
  attempt: number;
  /** `[host, node]` of every attempt so far. */
  tried: [string, string][];
  /** Where a call waits for its answer; null, or absent, for a cast. */
  reply?: Json;
}

/** The state from Begin on. */
export interface OwnedState extends MoveState {
  cell: string;
  cell_uuid: string;
  source_host: string;
  source_node: string;
  /** What the server is to have again when nothing comes of it. */
  vm_state: string;
  type: 'resize' | 'migration';
  /** Seconds until the next look at the hosts. */
  wait_seconds: number;
  /** Another process of the host than the one that took the order, where a look saw one. */
  restart?: SeenRestart | undefined;
  /** Seconds waited before; absent until the first look. */
  waited_seconds?: number;
  /** The caller has been answered, so a failure is not answered again. */
  replied: boolean;
  /** What the last look at the hosts found. */
  reason?: string;
  /** The hosts were given up. */
  gave_up?: boolean;
  /** How its hosts had settled the move when it was to be given up, or `given-up`. */
  settled?: string;
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
