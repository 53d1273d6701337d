import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { liveness, unreadReason, type ConductorQueueFacts, type LivenessFacts } from '#conductor/liveness';
import { PROPERTY_RUNS } from '../fixtures/property-runs.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const ago = (milliseconds: number): number => NOW - milliseconds;

const SETTINGS = { serviceDownTime: 60, storeWindow: 0, massSilenceShare: 20, massSilenceLeast: 3 };
const QUIET: ConductorQueueFacts = {
  pulseSentAt: NOW,
  lag: 0,
  failedAt: undefined,
  deadAt: undefined,
  resumedAt: undefined,
  waiting: 0,
  inFlight: 0,
  hiddenSeconds: 40,
};
/** A host that was heard two minutes ago, and whose cell's queue has been read to its end since. */
const DEAD: LivenessFacts = {
  host: { kind: 'registered', forcedDown: false, up: false, heardAt: ago(120_000) },
  queue: QUIET,
  cell: { hosts: 4, silent: 1 },
  settings: SETTINGS,
};
const heard = (heardAt: number) => ({ ...DEAD.host, heardAt });
const queue = (changes: Partial<ConductorQueueFacts>) => ({ queue: { ...QUIET, ...changes } });

describe('a host whose last heartbeat is old', () => {
  test.each([
    ['is down once all that it could have sent has been read', {}, 'down'],
    ['is unknown while no pulse was ever read', queue({ pulseSentAt: undefined }), 'unknown'],
    ['is unknown while an empty queue carries nothing at all', queue({ pulseSentAt: ago(600_000) }), 'unknown'],
    [
      'is unknown while the last pulse was sent before a heartbeat was due',
      queue({ pulseSentAt: ago(60_001) }),
      'unknown',
    ],
    ['is down from the very pulse on that was sent when one was due', queue({ pulseSentAt: ago(60_000) }), 'down'],
    ['is unknown while messages wait that may be older', queue({ pulseSentAt: ago(40_000), waiting: 1 }), 'unknown'],
    [
      'is unknown while messages are in hand that may be older',
      queue({ pulseSentAt: ago(40_000), inFlight: 1 }),
      'unknown',
    ],
    [
      'is down although messages wait that cannot be older',
      { ...queue({ waiting: 500, inFlight: 10 }), host: heard(ago(130_000)) },
      'down',
    ],
    [
      'is unknown while messages wait and pulses come late',
      { ...queue({ waiting: 500, lag: 60_001 }), host: heard(ago(130_000)) },
      'unknown',
    ],
    ['is unknown after a failed batch until it has been silent anew', queue({ failedAt: ago(59_999) }), 'unknown'],
    ['is down when it has been silent since the last failed batch', queue({ failedAt: ago(60_000) }), 'down'],
    [
      'is unknown while the queue has not been read for long enough again',
      queue({ resumedAt: ago(59_999) }),
      'unknown',
    ],
    ['is down when it has been silent since the queue is read again', queue({ resumedAt: ago(60_000) }), 'down'],
    [
      'is unknown while what failed may be hidden, however short service_down_time is',
      { ...queue({ failedAt: ago(39_999) }), settings: { ...SETTINGS, serviceDownTime: 15 } },
      'unknown',
    ],
    [
      'is down when what failed has come again since',
      { ...queue({ failedAt: ago(40_000) }), settings: { ...SETTINGS, serviceDownTime: 15 } },
      'down',
    ],
    [
      'is unknown while messages wait that may be hidden since pulses were missing for a moment that nobody noted',
      {
        ...queue({ pulseSentAt: ago(1), inFlight: 1 }),
        host: heard(ago(130_000)),
        settings: { ...SETTINGS, serviceDownTime: 15 },
      },
      'unknown',
    ],
    ['is unknown after a dead letter of its own', queue({ deadAt: ago(10_000) }), 'unknown'],
    ['is unknown while too many fell silent with it', { cell: { hosts: 4, silent: 3 } }, 'unknown'],
    ['is down when many fell silent with it, of many more', { cell: { hosts: 16, silent: 3 } }, 'down'],
    ['is down when few fell silent, though they are all', { cell: { hosts: 2, silent: 2 } }, 'down'],
    [
      'is down when an operator says so, whatever was read',
      { ...queue({ pulseSentAt: undefined }), host: forced() },
      'down',
    ],
    [
      'is unknown while a message waits and another is in hand',
      queue({ pulseSentAt: ago(40_000), waiting: 1, inFlight: 1 }),
      'unknown',
    ],
    [
      'is down from the moment on when what waits would have come again',
      { ...queue({ waiting: 1, lag: 60_000 }), host: heard(ago(130_000)) },
      'down',
    ],
    ['is unknown while just so many fell silent with it', { cell: { hosts: 15, silent: 3 } }, 'unknown'],
    ['is unknown when it has never registered', { host: { kind: 'unregistered' } }, 'unknown'],
    ['is unknown when its record has no time', { host: heard(Number.NaN) }, 'unknown'],
    [
      'is unknown while the URL that it speaks by as well has carried no pulse',
      { direct: { ...QUIET, pulseSentAt: undefined } },
      'unknown',
    ],
    [
      'is unknown after a failed direct call until it has been silent anew',
      { direct: { ...QUIET, failedAt: ago(1) } },
      'unknown',
    ],
    ['is down once a pulse has passed through each of its ways', { direct: QUIET }, 'down'],
    ['is up when it was heard lately, whatever the queue does', { ...queue({ failedAt: NOW }), host: living() }, 'up'],
  ] as const)('%s', (_title, changes, expected) => {
    const verdict = liveness({ ...DEAD, ...changes });

    expect(verdict.liveness).toBe(expected);
    expect(verdict.reason).not.toBe('');
  });

  test.each([
    ['that it never registered', { host: { kind: 'unregistered' } }, /never registered/u],
    ['that an operator said so', { host: forced() }, /^an operator said so$/u],
    ['what the operator said', { host: { ...forced(), said: 'fan broke' } }, /fan broke/u],
    ['since when', {}, /not heard since 2026-11-22T11:58:00/u],
    ['how many messages may be older', queue({ pulseSentAt: ago(40_000), waiting: 2, inFlight: 1 }), /^3 messages/u],
    ['that a pulse is missing, where nothing failed', queue({ pulseSentAt: ago(90_000) }), /^no pulse that was sent/u],
  ] as const)('is judged with the reason: %s', (_what, changes, reason) => {
    expect(liveness({ ...DEAD, ...changes }).reason).toMatch(reason);
  });

  test('counts as confirmed down where an operator said so, and else does not', () => {
    expect(liveness({ ...DEAD, host: forced() })).toMatchObject({ liveness: 'down', confirmed: true });
    expect(liveness(DEAD)).not.toHaveProperty('confirmed');
  });

  test('is unknown while our own function is away, however long that lasts', () => {
    // The function stopped 59 s, 61 s and an hour ago, with a backlog; the host was last heard just before.
    const verdicts = [59_000, 61_000, 3_600_000].map((away) =>
      liveness({ ...DEAD, host: heard(ago(away)), ...queue({ pulseSentAt: ago(away), waiting: 500 }) }),
    );

    expect(verdicts.map((each) => each.liveness)).toEqual(['unknown', 'unknown', 'unknown']);
  });
});

function forced() {
  return { ...DEAD.host, forcedDown: true } as const;
}

function living() {
  return { kind: 'registered', forcedDown: false, up: true, heardAt: NOW } as const;
}

const time = fc.integer({ min: NOW - 600_000, max: NOW });
const maybe = fc.option(time, { nil: undefined });
const seldom = fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: time });
const count = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 20 }) });
const rarely = fc.integer({ min: 1, max: 8 }).map((drawn) => drawn === 1);
const queues = fc.record({
  pulseSentAt: maybe,
  lag: fc.nat({ max: 120_000 }),
  failedAt: seldom,
  deadAt: seldom,
  resumedAt: seldom,
  waiting: count,
  inFlight: count,
  hiddenSeconds: fc.constant(40),
});
const facts: fc.Arbitrary<LivenessFacts> = fc.record({
  host: fc.record({
    kind: fc.constant('registered' as const),
    forcedDown: rarely,
    up: rarely,
    heardAt: time,
  }),
  queue: queues,
  direct: queues.map((all) => ({ ...all, waiting: 0, inFlight: 0 })),
  cell: fc.record({ hosts: fc.integer({ min: 1, max: 30 }), silent: fc.nat({ max: 30 }) }),
  settings: fc.constant(SETTINGS),
});

/** The same with more that we have not heard. */
const deafer = (all: LivenessFacts, by: number): LivenessFacts[] => {
  const { queue: known, cell } = all;
  const changed = (changes: Partial<ConductorQueueFacts>) => ({ ...all, queue: { ...known, ...changes } });
  return [
    changed({ pulseSentAt: undefined }),
    changed({ pulseSentAt: known.pulseSentAt === undefined ? undefined : known.pulseSentAt - by }),
    changed({ lag: known.lag + by }),
    changed({ failedAt: (known.failedAt ?? NOW - 600_000) + by }),
    changed({ deadAt: (known.deadAt ?? NOW - 600_000) + by }),
    changed({ resumedAt: (known.resumedAt ?? NOW - 600_000) + by }),
    changed({ waiting: known.waiting + by }),
    changed({ inFlight: known.inFlight + by }),
    { ...all, cell: { ...cell, silent: cell.silent + by } },
    { ...all, direct: { ...known, pulseSentAt: undefined } },
  ];
};

const later = fc.nat({ max: 300_000 });
const isDown = (all: LivenessFacts): boolean => liveness(all).liveness === 'down';

/** Tries facts, each with some milliseconds more. */
const tryFacts = (holds: (all: LivenessFacts, by: number) => void): void =>
  fc.assert(fc.property(facts, later, holds), { numRuns: PROPERTY_RUNS });

describe('every verdict', () => {
  test('of death that no operator gave follows from a pulse that was sent when a heartbeat was due', () => {
    tryFacts(({ host, ...all }) => {
      const alone = { ...all, host: { ...DEAD.host, ...host, forcedDown: false } };
      const due = (host.kind === 'registered' ? host.heardAt : Infinity) + 60_000;

      const passed = Math.min(all.queue.pulseSentAt ?? 0, all.direct?.pulseSentAt ?? 0);
      expect(isDown(alone) && passed < due).toBe(false);
    });
  });

  test('is turned into death by nothing that we have not heard', () => {
    tryFacts((all, by) => {
      fc.pre(!isDown(all));

      expect(deafer(all, by).filter(isDown)).toEqual([]);
    });
  });

  test('of death stands when more is read', () => {
    tryFacts((all, by) => {
      fc.pre(isDown(all));
      const { pulseSentAt } = all.queue;
      const read = { pulseSentAt: pulseSentAt === undefined ? undefined : pulseSentAt + by, waiting: 0, inFlight: 0 };

      expect(isDown({ ...all, queue: { ...all.queue, ...read } })).toBe(true);
    });
  });

  test('gives way to an operator who says that the host is dead', () => {
    tryFacts((all) => {
      expect(isDown({ ...all, host: forced() })).toBe(true);
    });
  });
});

test('what was sent before trouble on the way is reported as unread, with the time of the trouble', () => {
  const stretch = { since: ago(120_000), seconds: 60, serviceDownTime: 60 };

  expect(unreadReason({ ...QUIET, failedAt: ago(1000) }, stretch)).toContain('11:59:59');
});
