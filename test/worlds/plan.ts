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
export type MoveName = (typeof MOVES)[number];

/** All of it. */
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

/** A whole world as plain data: the same plan plays the same way. */
export interface WorldPlan {
  /** What ids, jitter and ties between hosts follow from. */
  readonly seed: number;
  readonly hosts: readonly HostPlan[];
  /** Servers that the project may have; -1 is any number. */
  readonly quota: number;
  readonly requests: readonly RequestPlan[];
  readonly events: readonly EventPlan[];
  /** Seconds in the beginning during which every host does as it is told. */
  readonly calm: number;
  /** How hosts carry out orders from then on, taken in turn; afterwards they do as they are told again. */
  readonly behaviour: readonly BehaviourKind[];
  readonly faults: readonly FaultPlan[];
  readonly deliveries: readonly DeliveryPlan[];
}
