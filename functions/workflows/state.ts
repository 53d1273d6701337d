import type { SeenRestart } from '#operations/order-facts';
import type { Ownership } from '#operations/own-operation';
import type { Json } from '#ports/json';
import type { Operation } from '#records/operation';

/* What the states of several workflows have in common. */

/** What an execution begins with that works on one server: ids only. */
export interface RequestState {
  server: string;
  /** Key of the request's items. */
  request: string;
  request_id: string;
}

/** The same, of a request that somebody may wait for. */
export interface CallState extends RequestState {
  /** Where a call waits for its answer; null, or absent, for a cast. */
  reply?: Json;
}

/** How an execution waits for a host. */
export interface WaitingState {
  /** Seconds until the next look at the host. */
  wait_seconds: number;
  /** Another process of the host than the one that took the order, where a look saw one. */
  restart?: SeenRestart | undefined;
  /** Seconds waited before; absent until the first look. */
  waited_seconds?: number;
}

/** What moves a server from one host to another, once it is owned. */
export interface MovingState extends CallState, WaitingState {
  cell: string;
  cell_uuid: string;
  source_host: string;
  source_node: string;
  /** What the server is to have again when nothing comes of it. */
  vm_state: string;
  /** The caller has been answered, so a failure is not answered again. */
  replied: boolean;
  /** What the last look at the hosts found. */
  reason?: string;
  /** The hosts were given up. */
  gave_up?: boolean;
  /** How its hosts had settled the move when it was to be given up, or `given-up`. */
  settled?: string;
}

/** An execution as owner of its server. */
export const ownedBy =
  (operation: Operation) =>
  ({ server: uuid, cell: name, cell_uuid }: MovingState, execution: string): Ownership => ({
    operation,
    cell: { name, uuid: cell_uuid },
    uuid,
    execution,
  });
