import { FINAL_STATUSES } from './settled.ts';

/** Which end of a move orders what of the other. */
type Direction = 'to-destination' | 'to-source' | 'either';

/**
 * What computes order each other, and nothing else: the recorded traffic between computes of Nova 26 and
 * 34, and the calls that ComputeManager makes on other computes besides (roll-backs, reverts,
 * confirmations by time, shared storage).
 */
const PEER_ORDERS: ReadonlyMap<string, Direction> = new Map([
  ['check_can_live_migrate_source', 'to-source'],
  ['pre_live_migration', 'to-destination'],
  ['post_live_migration_at_destination', 'to-destination'],
  ['rollback_live_migration_at_destination', 'to-destination'],
  ['drop_move_claim_at_destination', 'to-destination'],
  ['remove_volume_connection', 'to-destination'],
  ['resize_instance', 'to-source'],
  ['finish_resize', 'to-destination'],
  ['finish_revert_resize', 'to-source'],
  ['confirm_resize', 'to-source'],
  ['check_instance_shared_storage', 'either'],
]);

/** Names of what computes order each other. */
export const peerOrders: readonly string[] = [...PEER_ORDERS.keys()];

/** A move as its record has it: never as the order has it. */
export interface Move {
  readonly status: string;
  readonly source_compute: string | null;
  readonly dest_compute: string | null;
}

/** An order that one host got from another. */
export interface PeerOrder {
  readonly method: string;
  /** The hosts that its sender stands for, by what the queue says of it. */
  readonly speakers: readonly string[];
  /** The host that got it. */
  readonly host: string;
}

/** How a live migration ends that is rolled back: its source casts the roll-back, and saves the status at once. */
const ROLLED_BACK = ['error', 'failed', 'cancelled'];

/**
 * What still comes when a move is over: the roll-back of a failed one, the end of one whose source waited no longer for
 * its destination, the way back, and where a dead host's guests are.
 */
const AFTERWARDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['rollback_live_migration_at_destination', ROLLED_BACK],
  ['drop_move_claim_at_destination', ROLLED_BACK],
  ['remove_volume_connection', ROLLED_BACK],
  ['post_live_migration_at_destination', ['completed']],
  ['check_instance_shared_storage', ['done']],
  ['finish_revert_resize', ['reverted']],
]);

/**
 * Whether a host carries out what another host orders: only what computes order each other, and only for a server of
 * which a move that is under way names both, each at its end. While the destination of a live migration is still looked
 * for, its source answers whoever asks it.
 *
 * @param moves - the migrations of the server, as the conductor lists them
 */
export function mayOrderPeer({ method, speakers, host }: PeerOrder, moves: readonly Move[]): boolean {
  const direction = PEER_ORDERS.get(method);
  if (direction === undefined) return false;
  const named = (end: string | null): boolean => end !== null && speakers.includes(end);
  return moves.some((move) => {
    if (FINAL_STATUSES.has(move.status) && AFTERWARDS.get(method)?.includes(move.status) !== true) return false;
    const { source_compute: source, dest_compute: destination } = move;
    const toSource = source === host && (named(destination) || (destination === null && method === ASKED_EARLY));
    const toDestination = destination === host && named(source);
    if (direction === 'either') return toSource || toDestination;
    return direction === 'to-source' ? toSource : toDestination;
  });
}

/** Whether an order names no server: where a file of a shared storage is, which is asked by its path alone. */
export const withoutInstance = (method: string): boolean => method === 'check_instance_shared_storage';

/** What a candidate asks the source before it is named. */
const ASKED_EARLY = 'check_can_live_migrate_source';
