import type { Hypervisor } from '#conductor/live-migration';
import type { ProviderMapping } from '#conductor/port-bindings';
import type { Json } from '#ports/json';
import { ownedBy, type CallState, type MovingState } from '../state.ts';

/*
 * Theory of operation.
 *
 * A live migration owns its server from Begin until its migration is over and no task runs. It keeps its bookkeeping
 * under `op:live-migrate:` names on the server's item; `op:hosts` names source and destination from the order on. Until
 * the order nothing has happened to the server itself, so every failure leaves it as it was: its claim, handed to the
 * migration before a destination is looked for, is given back whole, which takes a claim on a destination away as well.
 *
 * A destination is asked whether it can take the server: a message to the candidate, whose answer comes in by the
 * cell's conductor queue and is kept with the waiting call (records/waiting-call.ts) before the Task that waits is
 * completed. So an answer is never lost, and an answer that comes too late is nobody's. What the answer says goes into
 * the order.
 *
 * From the order on the source is in charge: it rolls back by itself when the destination fails. The object proxy puts
 * the allocations right when the migration ends (records/ended-move.ts). A source that dies before the switch leaves
 * the server where it was, like every other server of a dead host; one that dies after it has only not said that it is
 * done.
 */

/** What a live migration's executions begin with: ids only. */
export interface MoveState extends CallState {
  /** The method that it was asked with; its event is named after it. */
  method: string;
  /** The host that the user forces, null when the scheduler is to choose. */
  destination: string | null;
}

/** The state from Begin on. */
export interface OwnedState extends MoveState, MovingState {
  kind: 'forced' | 'scheduled';
  /** Seconds that a destination may take for its answer. */
  ask_seconds: number;
}

/** The state once the migration is there. */
export interface MigratingState extends OwnedState {
  migration: string;
  /** The migration holds what the server held on its source. */
  swapped: boolean;
  /** Of the source's compute node. */
  source_node_uuid?: string;
  source_hypervisor?: Hypervisor;
  /** Hosts that were tried and rejected, in order. */
  rejected: string[];
}

/** The state once a destination is at hand. */
export interface PlacedState extends MigratingState {
  host: string;
  node: string;
  /** uuid of its compute node. */
  node_uuid: string;
  /**
   * The limits that the scheduler decided on, and the zone that it gave with the host; absent where the host was given.
   */
  limits?: Json;
  zone?: string;
  /** Which providers meet the server's groups there; absent where it has none. */
  mapping?: ProviderMapping;
  /** It cannot take the server, as is known without asking it. */
  unfit?: true;
  /** It was asked, and its answer may lie unread: it is asked once more. */
  asked?: true;
}

/** The events of the request's action. */
export const eventsOf = (state: MoveState): readonly string[] => [`conductor_${state.method}`];

/** This execution as owner of its server. */
export const ownership = ownedBy('live-migrate');

/** Names the question to the candidate at hand. */
export const callId = (state: MigratingState, execution: string): string => `${execution}-${state.rejected.length}`;
