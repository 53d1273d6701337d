import type { SeenRestart } from '#operations/order-facts';
import type { Json } from '#ports/json';
import type { Ownership } from '#operations/own-operation';

/*
 * Theory of operation.
 *
 * A cold migration (a resize is one with another flavor) owns its server from Begin until the server is `resized`, or is
 * back where it was. What it owns it writes under `op:cold-migrate:` names on the server's item: its execution, the
 * attempt, the token that waits, its migration. `op:hosts` names source and destination of the attempt at hand, so a
 * destination that was given up is fenced by the write that hands the server to the next one. The states of the server
 * itself are its computes' from the cast on; we give task_state back only while it is still one of ours.
 *
 * What the server holds on its source is handed to the migration before the scheduler is asked, so that the server's own
 * allocation is the destination's alone. Undo gives it back whole, which takes a claim on the destination away as well.
 * After the cast the computes decide: the object proxy puts the allocations right when the migration ends
 * (records/ended-move.ts), be it confirmed, reverted or failed, long after this execution.
 *
 * A call is answered before the wait, as in Nova. A compute that gives the server back calls as well; its reply address
 * comes with the stored wish, and is answered after the next cast or on failure.
 */

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
  /** The caller has been answered, so a failure is not told again. */
  replied: boolean;
  /** What the last look at the hosts found. */
  reason?: string;
  /** The hosts were given up. */
  gave_up?: boolean;
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
}

/** The events of the request's action, the outermost first. */
export const EVENTS = ['conductor_migrate_server', 'cold_migrate'] as const;

/** This execution as owner of its server. */
export const ownership = (state: OwnedState, execution: string): Ownership => ({
  operation: 'cold-migrate',
  cell: { name: state.cell, uuid: state.cell_uuid },
  uuid: state.server,
  execution,
});
