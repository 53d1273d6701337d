/** What a migration and its server say about where the server is. */
export interface EndedMove {
  readonly type: string;
  readonly status: string;
  readonly sourceHost: string | null;
  readonly destinationHost: string | null;
  readonly oldFlavorId: number | null;
  readonly newFlavorId: number | null;
  /**
   * Undefined when the server is gone; `hidden` is what another cell keeps of a server that was
   * resized to leave it, or to come.
   */
  readonly instance:
    | { readonly host: string | null; readonly flavorId: number | null; readonly hidden: boolean }
    | undefined;
}

/** Who keeps what: the server its destination, or again its source; or nothing is decided yet. */
export type AllocationDecision =
  /** The server is on its destination: what the migration holds is released. */
  | { readonly kind: 'release-source' }
  /** The server is on its source: it gets back what the migration holds, and its claim on the destination goes. */
  | { readonly kind: 'give-back' }
  | { readonly kind: 'leave' };

const MOVES: ReadonlySet<string> = new Set(['migration', 'resize', 'live-migration']);
const ARRIVED: ReadonlySet<string> = new Set(['completed', 'confirmed', 'done']);
const FAILED: ReadonlySet<string> = new Set(['cancelled', 'error', 'failed']);

/**
 * What becomes of the allocations of a move whose migration has come to this status. After a failure the server's own
 * host decides: past the switch it stays with the destination, where a hard reboot would bring it up
 * (nova.compute.manager.ComputeManager.finish_resize).
 */
export function endedMove(move: EndedMove): AllocationDecision {
  if (!MOVES.has(move.type)) return { kind: 'leave' };
  if (ARRIVED.has(move.status)) return { kind: 'release-source' };
  // A hidden copy says nothing of where the server is: the workflow that ends its resize does.
  if (move.instance?.hidden === true) return { kind: 'leave' };
  if (move.status === 'reverted') return { kind: 'give-back' };
  if (!FAILED.has(move.status)) return { kind: 'leave' };
  // A server that was offloaded since is on no host: it holds nothing.
  if (move.instance === undefined || move.instance.host === null) return { kind: 'release-source' };
  return isSwitched(move) ? { kind: 'release-source' } : { kind: 'give-back' };
}

/** Whether the server is its destination's; on one host the flavor decides. */
export function isSwitched({ instance, ...move }: Omit<EndedMove, 'type' | 'status'>): boolean {
  if (instance === undefined || move.destinationHost === null || instance.host !== move.destinationHost) return false;
  if (move.sourceHost !== move.destinationHost) return true;
  return move.oldFlavorId !== move.newFlavorId && instance.flavorId === move.newFlavorId;
}
