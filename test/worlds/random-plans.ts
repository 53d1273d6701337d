import { array, boolean, constant, constantFrom, integer, nat, oneof, record, tuple, type Arbitrary } from 'fast-check';
import type { BehaviourKind } from '#local/fleet/behaviour';
import {
  CROSSED,
  MOVES,
  PARTS,
  type AwayPlan,
  type DeliveryPlan,
  type EventPlan,
  type FaultPlan,
  type HangPlan,
  type HostilePlan,
  type HostPlan,
  type MomentPlan,
  type MoveName,
  type RequestPlan,
  type ReturnPlan,
  type WorldPlan,
} from './plan.ts';

const hostPlan: Arbitrary<HostPlan> = record({
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
const early = oneof({ arbitrary: nat(20), weight: 2 }, nat(400));

const event: Arbitrary<EventPlan> = oneof(
  record({ at: early, kind: constant('host dies' as const), host: nat(3) }),
  record({ at: early, kind: constant('host returns' as const), host: nat(3) }),
  record({ at: early, kind: constant('user deletes' as const), server: nat(5) }),
);

const ending: Arbitrary<BehaviourKind> = oneof(
  { arbitrary: constant('build' as const), weight: 2 },
  constant({ fail: 'it is full' }),
  constant({ abort: 'the image is broken' }),
  record({ die: constantFrom('before-read', 'after-read', 'after-claim', 'mid-build') }),
);

const kind: Arbitrary<BehaviourKind> = oneof(
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
  hosts: array(hostPlan, { minLength: 1, maxLength: 3 }),
  quota: oneof({ arbitrary: constant(-1), weight: 3 }, nat(4)),
  requests: array(request, { minLength: 1, maxLength: 2 }),
  events: array(event, { maxLength: 4 }),
  calm: constant(0),
  behaviour: array(kind, { maxLength: 4 }),
  faults: array(fault, { maxLength: 3 }),
  deliveries: array(delivery, { maxLength: 3 }),
});

const laterFault: Arbitrary<FaultPlan> = fault.chain((each) =>
  nat(each.where === 'steps' ? 100 : 300).map((more) => ({ ...each, call: each.call + more })),
);

const laterDelivery: Arbitrary<DeliveryPlan> = delivery.chain((each) =>
  nat(250).map((more) => ({ ...each, message: each.message + more })),
);

/** Servers are up by then, more often than not. */
const later = integer({ min: 30, max: 900 });

const asks: Arbitrary<EventPlan> = record({
  at: later,
  kind: constant('user asks' as const),
  server: nat(2),
  move: constantFrom(...MOVES),
});

/** What a user goes through with one server: a request, a few minutes later what follows from it. */
const course: Arbitrary<readonly EventPlan[]> = record({
  at: integer({ min: 30, max: 600 }),
  server: nat(2),
  pair: constantFrom(
    ['resize', 'confirm'],
    ['resize', 'revert'],
    ['migrate', 'confirm'],
    ['migrate', 'revert'],
    ['live-migrate', 'live-migrate'],
    ['shelve', 'unshelve'],
    ['offload', 'unshelve'],
    ['host dies', 'evacuate'],
    ['host dies', 'evacuate'],
  ),
}).map(({ at, server, pair: [first, second] }): readonly EventPlan[] => {
  const then = { at: at + 240, kind: 'user asks', server } as const;
  if (first === 'host dies')
    return [
      { at, kind: 'host of server dies', server },
      { ...then, at: at + 320, move: 'evacuate' },
    ];
  return [
    { at, kind: 'user asks', server, move: moveNamed(first) },
    { ...then, move: moveNamed(second) },
  ];
});

const moveNamed = (name: string | undefined): MoveName => MOVES.find((move) => move === name) ?? 'rebuild';

const laterEvent: Arbitrary<EventPlan> = oneof(
  { arbitrary: asks, weight: 3 },
  record({ at: later, kind: constant('host dies' as const), host: nat(3) }),
  record({ at: later, kind: constant('host returns' as const), host: nat(3) }),
  record({ at: later, kind: constant('user deletes' as const), server: nat(2) }),
);

/** Hosts of one cell as a rule, on which there is room to move. */
const roomyHost: Arbitrary<HostPlan> = record({
  cell: oneof({ arbitrary: constant(0), weight: 7 }, constant(1)),
  slots: integer({ min: 2, max: 6 }),
  zoned: oneof({ arbitrary: constant(false), weight: 7 }, constant(true)),
});

const firstRequest: Arbitrary<RequestPlan> = record({
  at: constant(0),
  count: integer({ min: 1, max: 2 }),
  large: boolean(),
  zoned: constant(false),
  group: oneof({ arbitrary: constant(null), weight: 5 }, constantFrom('affinity', 'anti-affinity')),
});

const moving = {
  seed: nat(1_000_000),
  hosts: array(roomyHost, { minLength: 2, maxLength: 3 }),
  quota: constant(-1),
  requests: array(firstRequest, { minLength: 1, maxLength: 2, size: 'xsmall' }),
  events: tuple(array(course, { minLength: 1, maxLength: 3 }), array(laterEvent, { maxLength: 4 })).map(
    ([courses, others]) => [...courses.flat(), ...others],
  ),
  calm: constant(25),
  behaviour: array(kind, { maxLength: 5 }),
  faults: array(laterFault, { maxLength: 3 }),
  deliveries: array(laterDelivery, { maxLength: 3 }),
};

/** Worlds in which servers are moved, rebuilt, evacuated and shelved as well. */
export const moveWorlds: Arbitrary<WorldPlan> = record(moving);

const moment: Arbitrary<MomentPlan> = record({
  where: constantFrom('steps' as const, 'queues' as const),
  call: nat(500),
  server: nat(2),
  asks: oneof({ arbitrary: constantFrom(...MOVES), weight: 2 }, constant('delete' as const)),
});

const hang: Arbitrary<HangPlan> = record({ at: nat(900), host: nat(3), seconds: integer({ min: 5, max: 1500 }) });

const hostile: Arbitrary<HostilePlan> = record({ at: nat(900), message: nat(20), host: nat(3), server: nat(2) });

const away: Arbitrary<AwayPlan> = record({
  at: nat(900),
  seconds: oneof(integer({ min: 1, max: 90 }), integer({ min: 90, max: 2400 })),
  what: constantFrom(...PARTS),
});

const stale: Arbitrary<ReturnPlan> = record({
  at: nat(900),
  host: nat(3),
  off: integer({ min: 1, max: 400 }),
  seconds: integer({ min: 1, max: 900 }),
});

/**
 * Worlds of moves in which users ask at any moment, hosts hang and go on, or return and go by what is over, strangers
 * send, one part or other of ours is away, launches are refused, and a release is deployed in mid-flight.
 */
export const roughWorlds: Arbitrary<WorldPlan> = record({
  ...moving,
  rough: record({
    moments: array(moment, { maxLength: 3 }),
    hangs: array(hang, { maxLength: 2 }),
    hostile: array(hostile, { maxLength: 3 }),
    away: array(away, { maxLength: 2 }),
    returns: array(stale, { maxLength: 1 }),
    refusedLaunches: array(nat(3), { maxLength: 1 }),
    released: oneof(constant(0), nat(900)),
  }),
});

/**
 * What a user goes through with a server that leaves its cell: seconds lie between, in which a
 * request may be in the way of another.
 */
const crossing: Arbitrary<readonly EventPlan[]> = record({
  at: integer({ min: 30, max: 400 }),
  server: nat(1),
  between: oneof({ arbitrary: integer({ min: 60, max: 500 }), weight: 3 }, nat(60)),
  ends: array(constantFrom('confirm' as const, 'revert' as const, 'delete' as const, 'resize-across' as const), {
    minLength: 1,
    maxLength: 3,
  }),
}).map(({ at, server, between, ends }): readonly EventPlan[] => [
  { at, kind: 'user asks', server, move: 'resize-across' },
  ...ends.map((end, number): EventPlan => {
    const then = { at: at + between * (number + 1), server };
    return end === 'delete' ? { ...then, kind: 'user deletes' } : { ...then, kind: 'user asks', move: end };
  }),
]);

/** Two cells with room, and a third host in either. */
const bothCells: Arbitrary<readonly HostPlan[]> = nat(1).map((third) =>
  [0, 1, third].map((cell) => ({ cell, slots: 6, zoned: false })),
);

/**
 * Worlds in which servers are resized across cells, confirmed, reverted and deleted, while a
 * host, a table or a cell is away.
 */
export const crossingWorlds: Arbitrary<WorldPlan> = record({
  ...moving,
  hosts: bothCells,
  requests: array(firstRequest, { minLength: 1, maxLength: 1 }).map((all) =>
    all.map((each) => ({ ...each, group: null })),
  ),
  events: tuple(
    array(crossing, { minLength: 1, maxLength: 2 }),
    array(
      oneof(
        record({ at: later, kind: constant('host dies' as const), host: nat(2) }),
        record({ at: later, kind: constant('host returns' as const), host: nat(2) }),
      ),
      { maxLength: 2 },
    ),
  ).map(([courses, others]) => [...courses.flat(), ...others]),
  behaviour: array(kind, { maxLength: 3 }),
  crossing: constant(true),
  rough: record({
    moments: constant([]),
    hangs: constant([]),
    hostile: constant([]),
    returns: constant([]),
    refusedLaunches: constant([]),
    released: constant(0),
    away: array(
      record({
        at: nat(900),
        seconds: oneof(integer({ min: 1, max: 90 }), integer({ min: 90, max: 2400 })),
        what: constantFrom(...CROSSED),
      }),
      { maxLength: 2 },
    ),
  }),
});
