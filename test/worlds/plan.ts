import type { BehaviourKind } from '#local/fleet/behaviour';

/** A host to be. */
export interface HostPlan {
  /** Its cell, by its place among the usual ones. */
  readonly cell: number;
  /** How many small servers fit on it. */
  readonly slots: number;
  /** Whether it lies in the availability zone `az1` rather than in the default one. */
  readonly zoned: boolean;
}

/** A user's request for servers. */
export interface RequestPlan {
  /** Seconds after the start. */
  readonly at: number;
  readonly count: number;
  /** Of the flavor that takes two slots. */
  readonly large: boolean;
  readonly zoned: boolean;
  readonly group: null | 'affinity' | 'anti-affinity';
}

/** What a user may ask for a server that is there. */
export type MoveName = (typeof MOVES)[number] | 'resize-across';

/** All of it, but for what only worlds of crossings do. */
export const MOVES = [
  'live-migrate',
  'migrate',
  'resize',
  'confirm',
  'revert',
  'rebuild',
  'evacuate',
  'shelve',
  'offload',
  'unshelve',
] as const;

/** Something that happens at its time, to a host or a server by number, counted round. */
export type EventPlan =
  | { readonly at: number; readonly kind: 'host dies'; readonly host: number }
  | { readonly at: number; readonly kind: 'host returns'; readonly host: number }
  | { readonly at: number; readonly kind: 'host of server dies'; readonly server: number }
  | { readonly at: number; readonly kind: 'user deletes'; readonly server: number }
  | { readonly at: number; readonly kind: 'user asks'; readonly server: number; readonly move: MoveName };

/** What goes wrong of the n-th call to a port, counted in the steps of workflows or in the functions behind queues. */
export interface FaultPlan {
  readonly where: 'steps' | 'queues';
  readonly call: number;
  readonly how: 'throttled' | 'answer lost' | 'dies before' | 'dies after';
}

/** What becomes of the n-th message, whoever sends it. */
export interface DeliveryPlan {
  readonly message: number;
  /** Delivered once more after those seconds, or once, after them. */
  readonly how: 'twice' | 'late';
  readonly seconds: number;
}

/** A user asks just when a function makes the n-th call to a port. */
export interface MomentPlan {
  readonly where: FaultPlan['where'];
  readonly call: number;
  readonly server: number;
  readonly asks: MoveName | 'delete';
}

/** The process of a host is stopped, and goes on after those seconds. */
export interface HangPlan {
  readonly at: number;
  readonly host: number;
  readonly seconds: number;
}

/** Something that nobody who is in order would send, by number among those in hostile.ts, in the name of a host. */
export interface HostilePlan {
  readonly at: number;
  readonly message: number;
  readonly host: number;
  readonly server: number;
}

/** One part of ours is away for functions: a table, a function, or what a cell has of its own. */
export interface AwayPlan {
  readonly at: number;
  readonly seconds: number;
  readonly what: (typeof PARTS)[number] | (typeof CROSSED)[number];
}

/** What may be away by itself. */
export const PARTS = [
  'table mappings',
  'table build-requests',
  'table api',
  'table requests',
  'table placement',
  'table cell-cell1',
  'function compute-task',
  'function conductor',
  'function cell-cell1-conductor',
  'function launch',
  'function cold-migrate',
  'function live-migrate',
  'function rebuild',
  'function unshelve',
  'function schedule',
  'cell cell1',
] as const;

/**
 * A host is off, comes back, and hangs while it asks for its servers: it goes by what it
 * has read so many seconds before.
 */
export interface ReturnPlan {
  readonly at: number;
  readonly host: number;
  /** Seconds for which it is off, and for which it hangs. */
  readonly off: number;
  readonly seconds: number;
}

/** What may be away while servers are resized across cells. */
export const CROSSED = [
  'table mappings',
  'table requests',
  'table placement',
  'table cell-cell1',
  'table cell-cell2',
  'function compute-task',
  'function cell-cell1-conductor',
  'function cell-cell2-conductor',
  'function cold-migrate',
  'function cross-cell-resize',
  'function confirm-across-cells',
  'function revert-across-cells',
  'cell cell1',
  'cell cell2',
] as const;

/** What happens in a rough world besides. */
interface Roughness {
  readonly moments: readonly MomentPlan[];
  readonly hangs: readonly HangPlan[];
  readonly hostile: readonly HostilePlan[];
  readonly away: readonly AwayPlan[];
  readonly returns: readonly ReturnPlan[];
  /**
   * Servers of a request, by the number of the start of their launch, that Step Functions refuses for
   * good: others of the same Map go on.
   */
  readonly refusedLaunches: readonly number[];
  /** Seconds until which executions are begun by the release before. */
  readonly released: number;
}

/** A whole world as plain data: the same plan plays the same way. */
export interface WorldPlan {
  /** What ids, jitter and ties between hosts follow from. */
  readonly seed: number;
  readonly hosts: readonly HostPlan[];
  /** Servers that the project may have; -1 is any number. */
  readonly quota: number;
  readonly requests: readonly RequestPlan[];
  readonly events: readonly EventPlan[];
  /** Seconds in the beginning during which every host carries out its orders. */
  readonly calm: number;
  /** How hosts carry out orders from then on, taken in turn; afterwards they carry out their orders again. */
  readonly behaviour: readonly BehaviourKind[];
  readonly faults: readonly FaultPlan[];
  readonly deliveries: readonly DeliveryPlan[];
  /** @default none of it */
  readonly rough?: Roughness;
  /**
   * Servers are resized across cells: it is looked at every write who is shown, and an operator heals in the end.
   * @default false
   */
  readonly crossing?: boolean;
}
