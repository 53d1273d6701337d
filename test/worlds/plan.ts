import { array, boolean, constant, constantFrom, integer, nat, oneof, record, type Arbitrary } from 'fast-check';
import type { Manner } from '#local/fleet/manners';

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

/** Something that happens at its time, to a host or a server by number, counted round. */
export type EventPlan =
  | { readonly at: number; readonly kind: 'host dies'; readonly host: number }
  | { readonly at: number; readonly kind: 'host returns'; readonly host: number }
  | { readonly at: number; readonly kind: 'user deletes'; readonly server: number };

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
  /** How hosts carry out orders, taken in turn; afterwards they do as they are told. */
  readonly manners: readonly Manner[];
  readonly faults: readonly FaultPlan[];
  readonly deliveries: readonly DeliveryPlan[];
}

const host: Arbitrary<HostPlan> = record({
  cell: nat(1),
  slots: integer({ min: 1, max: 4 }),
  zoned: boolean(),
});

const request: Arbitrary<RequestPlan> = record({
  at: nat(120),
  count: oneof({ arbitrary: constant(1), weight: 3 }, { arbitrary: constant(2), weight: 2 }, constant(3)),
  large: boolean(),
  zoned: oneof({ arbitrary: constant(false), weight: 4 }, constant(true)),
  group: oneof({ arbitrary: constant(null), weight: 4 }, constantFrom('affinity', 'anti-affinity')),
});

/** Most things happen while the first servers are being built, some much later. */
const moment = oneof({ arbitrary: nat(20), weight: 2 }, nat(400));

const event: Arbitrary<EventPlan> = oneof(
  record({ at: moment, kind: constant('host dies' as const), host: nat(3) }),
  record({ at: moment, kind: constant('host returns' as const), host: nat(3) }),
  record({ at: moment, kind: constant('user deletes' as const), server: nat(5) }),
);

const ending: Arbitrary<Manner> = oneof(
  { arbitrary: constant('build' as const), weight: 2 },
  constant({ fail: 'it is full' }),
  constant({ abort: 'the image is broken' }),
  record({ die: constantFrom('before-read', 'after-read', 'after-claim', 'mid-build') }),
);

const manner: Arbitrary<Manner> = oneof(
  { arbitrary: ending, weight: 3 },
  record({ delay: integer({ min: 1, max: 400_000 }), next: ending }),
);

const fault: Arbitrary<FaultPlan> = oneof(
  record({
    where: constant('steps' as const),
    call: nat(60),
    how: constantFrom('throttled', 'answer lost', 'dies before', 'dies after'),
  }),
  record({
    where: constant('queues' as const),
    call: nat(200),
    how: constantFrom('throttled', 'answer lost', 'dies before', 'dies after'),
  }),
);

const delivery: Arbitrary<DeliveryPlan> = oneof(
  record({ message: nat(150), how: constant('twice' as const), seconds: nat(600) }),
  record({ message: nat(150), how: constant('late' as const), seconds: integer({ min: 1, max: 100 }) }),
);

/** Worlds in which servers are built and deleted. */
export const buildWorlds: Arbitrary<WorldPlan> = record({
  seed: nat(1_000_000),
  hosts: array(host, { minLength: 1, maxLength: 4, size: 'small' }),
  quota: oneof({ arbitrary: constant(-1), weight: 3 }, nat(4)),
  requests: array(request, { minLength: 1, maxLength: 2 }),
  events: array(event, { maxLength: 4 }),
  manners: array(manner, { maxLength: 4 }),
  faults: array(fault, { maxLength: 3 }),
  deliveries: array(delivery, { maxLength: 3 }),
});
