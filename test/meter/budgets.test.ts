import { beforeAll, describe, expect, test } from 'vitest';
import { countCalls, type CountedCall } from './calls.ts';
import type { Consumption } from './consumption.ts';
import {
  countBuild,
  countHeartbeats,
  countOperation,
  indexUnitsOfBuilds,
  OPERATION_NAMES,
  WATCHED_SECONDS,
} from './operations.ts';

/**
 * What may be taken: write units of tables and indexes together, those of indexes, read units, requests to DynamoDB.
 */
interface Budget {
  readonly writes: number;
  readonly indexed: number;
  readonly reads: number;
  readonly requests: number;
}

const budget = (writes: number, indexed: number, reads: number, requests: number): Budget => ({
  writes,
  indexed,
  reads,
  requests,
});

/** Operations to their end, with the calls of publishers and hosts. */
const OPERATIONS: Readonly<Record<string, Budget>> = {
  build: budget(63, 18, 20, 29),
  'live-migrate': budget(89, 33, 49, 83),
  'live-migrate, forced': budget(89, 33, 51, 88),
  resize: budget(81, 27, 42, 77),
  rebuild: budget(47, 17, 19.5, 38),
  evacuate: budget(73, 30, 29, 56),
  unshelve: budget(41, 13, 24.5, 46),
};

/** Single saves of a host with twenty servers. */
const SAVES: Readonly<Record<string, Budget>> = {
  'Instance.save': budget(3, 2, 0, 1),
  'InstanceInfoCache.save': budget(2, 1, 0, 1),
  'ComputeNode.save, first': budget(2, 1, 0, 1),
  'ComputeNode.save, facts unchanged': budget(2, 1, 0, 1),
  'Migration.save': budget(2, 1, 0, 1),
  'InstanceActionEvent.event_start': budget(2, 0, 2, 4),
  'InstanceActionEvent.event_finish_with_failure': budget(1, 0, 2, 3),
};

/** Write units of a heartbeat on average, and those of indexes among them. */
const HEARTBEAT = { writes: 0.34, indexed: 0 } as const;

/** Requests to SQS, state transitions and executions of a build. */
const BUILD = { sqs: 78, transitions: 5, starts: 1 } as const;

/** The same of a build whose host makes direct calls. */
const DIRECT_BUILD = { sqs: 8, invocations: 15 } as const;

/** Read units of a list of the twenty servers of a host. */
const LIST_OF_TWENTY = 2;

/** Builds over which the keys of indexes are counted, and units that a build may write to one of them. */
const [BUILDS, UNITS_OF_A_KEY] = [100, 1] as const;

/** A partition of the capacity index has a hundred hosts, which build less than ten servers a second each. */
const CAPACITY_OF_A_HUNDRED_HOSTS = /^placement by-capacity compute#\d+$/u;

/** What was taken beyond a budget: nothing, if all is well. */
function beyond({ requests, read, written, indexed }: Consumption, most: Budget): Partial<Budget> {
  if (requests === 0) throw new Error('nothing was counted');
  return {
    ...(written + indexed > most.writes ? { writes: written + indexed } : {}),
    ...(indexed > most.indexed ? { indexed } : {}),
    ...(read > most.reads ? { reads: read } : {}),
    ...(requests > most.requests ? { requests } : {}),
  };
}

describe('an operation stays within what it may take:', () => {
  test.each(Object.entries(OPERATIONS))('%s', async (name, most) => {
    const one = await countOperation(name);

    expect(beyond(one, most)).toEqual({});
  });

  test('every operation that is counted has a budget', () => {
    expect(Object.keys(OPERATIONS)).toEqual(OPERATION_NAMES);
  });

  test('a build, of queues and executions', async () => {
    const { sqs, transitions, starts } = await countOperation('build');

    expect(sqs).toBeLessThanOrEqual(BUILD.sqs);
    expect(transitions).toBeLessThanOrEqual(BUILD.transitions);
    expect(starts).toBeLessThanOrEqual(BUILD.starts);
  });

  test('a build by direct calls, of queues', async () => {
    const { sqs, invocations } = await countBuild(true);

    expect(sqs).toBeLessThanOrEqual(DIRECT_BUILD.sqs);
    expect(invocations).toBeLessThanOrEqual(DIRECT_BUILD.invocations);
  });

  test('a build writes little to any one key of an index', { timeout: 60_000 }, async () => {
    const keys = await indexUnitsOfBuilds(BUILDS);

    expect(keys.size).toBeGreaterThan(0);
    const busy = [...keys].filter(([, units]) => units > UNITS_OF_A_KEY);
    expect(busy.filter(([key]) => !CAPACITY_OF_A_HUNDRED_HOSTS.test(key))).toEqual([]);
    expect(Math.max(...busy.map(([, units]) => units))).toBeLessThanOrEqual(3);
  });
});

describe('a host stays within what it may take:', () => {
  let saves: readonly CountedCall[] = [];
  let periodic: readonly CountedCall[] = [];
  beforeAll(async () => {
    ({ saves, periodic } = await countCalls());
  });

  test.each(Object.entries(SAVES))('%s', (name, most) => {
    const call = saves.find((each) => each.name === name);

    if (call === undefined) throw new Error(`${name} is not counted`);
    expect(beyond(call.consumed, most)).toEqual({});
  });

  test('every save that is counted has a budget', () => {
    expect(Object.keys(SAVES)).toEqual(saves.map(({ name }) => name));
  });

  test('a list of its servers', () => {
    const lists = periodic.filter(({ name }) => name === 'InstanceList.get_by_host');

    expect(lists.map(({ consumed }) => consumed.read <= LIST_OF_TWENTY)).toEqual([true]);
  });

  test('direct calls, of queues: nothing at all, and a write unit no more than by the queue', async () => {
    const [direct, { written, indexed }] = [await countHeartbeats(true), await countHeartbeats()];
    const { periodic: asked } = await countCalls(true);

    expect([direct, ...asked.map(({ consumed }) => consumed)].map(({ sqs }) => sqs)).toEqual([
      0,
      ...asked.map(() => 0),
    ]);
    expect(direct.written + direct.indexed).toBeLessThanOrEqual(written + indexed);
    expect(direct.invocations).toBe(WATCHED_SECONDS / 10);
  });

  test('heartbeats', async () => {
    const { written, indexed } = await countHeartbeats();
    const beats = WATCHED_SECONDS / 10;

    expect(written).toBeGreaterThan(0);
    expect((written + indexed) / beats).toBeLessThanOrEqual(HEARTBEAT.writes);
    expect(indexed / beats).toBeLessThanOrEqual(HEARTBEAT.indexed);
  });
});
