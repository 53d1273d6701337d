import { describe, expect, test } from 'vitest';
import { endedMove, isSwitched, type EndedMove } from '#conductor/allocations';
import {
  atWorkOnMove,
  awaitColdMigration,
  migrationType,
  noHostReason,
  type AwaitedColdMigration,
} from '#conductor/cold-migration';
import { isExpectedOfMoves } from '#conductor/expected-errors';
import {
  availableMemory,
  awaitLiveMigration,
  hypervisorRefusal,
  isKnownFailure,
  isMovable,
  isSoftReject,
  mayRetry,
  shownMemory,
  type AwaitedLiveMigration,
} from '#conductor/live-migration';
import {
  ComputeServiceUnavailable,
  HypervisorUnavailable,
  InvalidCPUInfo,
  MigrationPreCheckClientException,
  MigrationPreCheckError,
} from '#errors';

const move = (changes: Partial<EndedMove>): EndedMove => ({
  type: 'migration',
  status: 'error',
  sourceHost: 'host1',
  destinationHost: 'host2',
  oldFlavorId: 1,
  newFlavorId: 1,
  instance: { host: 'host1', flavorId: 1, hidden: false },
  ...changes,
});

describe('the allocations of a move that has ended', () => {
  test.each([
    ['confirmed', {}, 'release-source'],
    ['completed', { type: 'live-migration' }, 'release-source'],
    ['reverted', {}, 'give-back'],
    ['finished', {}, 'leave'],
    ['error', {}, 'give-back'],
    ['failed', { type: 'live-migration' }, 'give-back'],
    ['cancelled', { type: 'live-migration' }, 'give-back'],
    ['error', { destinationHost: null }, 'give-back'],
    ['error', { instance: { host: 'host2', flavorId: 1, hidden: false } }, 'release-source'],
    ['error', { instance: undefined }, 'release-source'],
    ['error', { instance: { host: null, flavorId: 1, hidden: false } }, 'release-source'],
    ['error', { instance: { host: 'host1', flavorId: 1, hidden: true } }, 'leave'],
    ['reverted', { instance: { host: 'host1', flavorId: 1, hidden: true } }, 'leave'],
    ['confirmed', { instance: { host: 'host1', flavorId: 1, hidden: true } }, 'release-source'],
    ['done', { type: 'evacuation' }, 'leave'],
  ] as const)('%s with %o: %s', (status, changes, kind) => {
    expect(endedMove(move({ status, ...changes })).kind).toBe(kind);
  });

  test('on one host the flavor shows whether the server has changed over', () => {
    const sameHost = move({ destinationHost: 'host1', newFlavorId: 2 });

    expect(isSwitched(sameHost)).toBe(false);
    expect(isSwitched({ ...sameHost, instance: { host: 'host1', flavorId: 2, hidden: false } })).toBe(true);
  });

  test.each([
    ['is gone', { instance: undefined }],
    [
      'has neither host nor destination yet',
      { destinationHost: null, instance: { host: null, flavorId: 1, hidden: false } },
    ],
    ['stays on its host with its flavor', { destinationHost: 'host1' }],
  ])('has not changed over a server that %s', (_what, changes) => {
    expect(isSwitched(move(changes))).toBe(false);
  });
});

const up = { liveness: 'up', reason: 'heard lately' } as const;
const down = { liveness: 'down', reason: 'not heard' } as const;
const unknown = { liveness: 'unknown', reason: 'nothing was read' } as const;
const AT_WORK = {
  host: up,
  order: { kind: 'taken' },
  unchanged: { seconds: 10, unread: undefined },
  limits: { orderSeconds: 600, restartGraceSeconds: 300, stallSeconds: 1800 },
} as const;

const cold = (changes: Partial<AwaitedColdMigration>): AwaitedColdMigration => ({
  ...AT_WORK,
  settled: undefined,
  rescheduleStored: false,
  ended: false,
  taskState: 'resize_prep',
  source: up,
  external: 'nothing',
  ...changes,
});

describe('a cold migration that was silent for a while', () => {
  test.each([
    ['settled', { settled: 'done' }],
    ['reschedule', { rescheduleStored: true }],
    ['wait', {}],
    ['wait', { host: unknown }],
    ['wait', { host: unknown, source: down }],
    ['reschedule', { host: down }],
    ['wait', { host: down, external: 'held' }],
    [
      'reschedule',
      { host: down, external: 'held', order: { kind: 'untaken', seconds: 9, queued: 0, unread: undefined } },
    ],
    ['reschedule', { host: { ...down, confirmed: true }, external: 'held' }],
    ['reschedule', { rescheduleStored: true, host: down, external: 'held' }],
    ['reschedule', { unchanged: { seconds: 1800, unread: undefined } }],
    ['wait', { ended: true }],
    ['give-up', { ended: true, host: down }],
    ['give-up', { ended: true, unchanged: { seconds: 1800, unread: undefined } }],
    ['give-up', { source: down }],
    ['give-up', { taskState: 'resize_migrating', host: down }],
    ['wait', { taskState: 'resize_migrating', host: unknown }],
    ['give-up', { taskState: 'resize_migrating', unchanged: { seconds: 1800, unread: undefined } }],
    ['give-up', { taskState: 'resize_finish', host: down }],
    ['wait', { taskState: 'resize_finish', source: down }],
  ] as const)('%s for %o', (kind, changes) => {
    expect(awaitColdMigration(cold(changes)).kind).toBe(kind);
  });

  test.each([
    ['at the word of its host', { rescheduleStored: true }, { asked: true, reason: 'the host asked for it' }],
    ['because its host is given up', { host: down }, { asked: false, reason: 'the host is down: not heard' }],
    ['nowhere, since its source is gone', { source: down }, { reason: 'the source host is down: not heard' }],
  ] as const)('goes elsewhere %s', (_why, changes, said) => {
    expect(awaitColdMigration(cold(changes))).toMatchObject(said);
  });

  test.each([
    ['destination', 'resize_prep', false],
    ['source', 'resize_migrating', false],
    ['destination', 'resize_finish', true],
  ] as const)('waits for its %s in %s', (host, taskState, switched) => {
    expect(atWorkOnMove(taskState, switched)).toBe(host);
  });

  test('COLD-13 is described in the words of its kind', () => {
    expect([migrationType(1, 1), migrationType(1, 2)]).toEqual(['migration', 'resize']);
    expect(noHostReason('migration')).toBe('No valid host found for cold migrate');
    expect(noHostReason('resize')).toBe('No valid host found for resize');
  });
});

const live = (changes: Partial<AwaitedLiveMigration>): AwaitedLiveMigration => ({
  ...AT_WORK,
  settled: undefined,
  arrived: false,
  destination: up,
  ...changes,
});

describe('a live migration that was silent for a while', () => {
  test.each([
    ['settled', { settled: 'error' }],
    ['wait', {}],
    ['wait', { host: unknown, unchanged: { seconds: 1800, unread: undefined } }],
    ['wait', { host: unknown, destination: down }],
    ['wait', { destination: unknown }],
    ['give-up', { host: down }],
    ['give-up', { destination: down }],
    ['give-up', { unchanged: { seconds: 1800, unread: undefined } }],
    ['complete', { host: down, arrived: true }],
    ['complete', { destination: down, arrived: true }],
  ] as const)('%s for %o', (kind, changes) => {
    expect(awaitLiveMigration(live(changes)).kind).toBe(kind);
  });

  test.each([
    ['source', { host: down }, 'the host is down: not heard'],
    ['source, which lost its order, before the destination', { host: down, destination: down }, 'the host is down'],
    ['destination alone', { destination: down }, 'the destination host is down: not heard'],
    ['destination of one that has arrived', { destination: down, arrived: true }, 'the destination'],
  ] as const)('is ended with the reason of its %s', (_which, changes, reason) => {
    expect(awaitLiveMigration(live(changes))).toMatchObject({ reason: expect.stringContaining(reason) });
  });
});

describe('the checks of a live migration', () => {
  test('LIVE-10, LIVE-11, LIVE-12 free memory counts with its ratio', () => {
    expect(availableMemory({ total: 1024, free: 513, ratio: 0.9 })).toBeCloseTo(410.6);
    expect(availableMemory({ total: 1024, free: 512, ratio: 1 })).toBe(512);
    expect(availableMemory({ total: 1024, free: 513, ratio: 1 })).toBe(513);
    expect([512, 410.6].map(shownMemory)).toEqual(['512.0', '410.6']);
  });

  test('LIVE-13, LIVE-14, LIVE-15 hypervisors are of one type, and the destination is not older', () => {
    const source = { type: 'a', version: 7 };

    expect(hypervisorRefusal(source, { type: 'b', version: 7 }, false)?.name).toBe('InvalidHypervisorType');
    expect(hypervisorRefusal(source, { type: 'a', version: 6 }, false)?.name).toBe('DestinationHypervisorTooOld');
    expect(hypervisorRefusal(source, source, false)).toBeUndefined();
    expect(hypervisorRefusal(source, { type: 'a', version: 6 }, true)).toBeUndefined();
    expect(hypervisorRefusal(source, { type: 'b', version: 6 }, true)?.name).toBe('InvalidHypervisorType');
  });

  test('LIVE-04, LIVE-05 a server that runs or is paused can be moved', () => {
    expect([0, 1, 3, 4, 6, 7, null].map(isMovable)).toEqual([false, true, true, false, false, false, false]);
  });

  test('LIVE-23, LIVE-24, LIVE-27 refusals of the Invalid kind and failed checks let the next destination try', () => {
    const soft = [
      new InvalidCPUInfo({ reason: '' }),
      new ComputeServiceUnavailable({ host: 'host2' }),
      new MigrationPreCheckError({ reason: '' }),
    ];

    expect(soft.map(isSoftReject)).toEqual([true, true, true]);
    expect(isSoftReject(new HypervisorUnavailable({ host: 'host2' }))).toBe(false);
    expect(isSoftReject(new MigrationPreCheckClientException({ reason: '' }))).toBe(false);
  });

  test('LIVE-25, LIVE-26 so many rejections are put up with', () => {
    expect([mayRetry(0, 0), mayRetry(1, 0), mayRetry(1, 1), mayRetry(2, 1), mayRetry(99, -1)]).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
  });

  test('LIVE-33, LIVE-34 what quirk Q9 put into error keeps its state', () => {
    expect(['MessagingTimeout', 'UnsupportedPolicyException', 'NoValidHost'].every(isKnownFailure)).toBe(true);
    expect(isKnownFailure('OSError')).toBe(false);
  });

  test('LIVE-44 callers get both MigrationErrors without a server failure (quirk Q10)', () => {
    expect(['MigrationError', 'MigrationSchedulerRPCError', 'InstanceInvalidState'].every(isExpectedOfMoves)).toBe(
      true,
    );
    expect(['RequestSpecNotFound', 'InstanceActionNotFound', 'NotImplementedError'].some(isExpectedOfMoves)).toBe(
      false,
    );
  });
});
