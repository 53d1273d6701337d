import { describe, expect, test } from 'vitest';
import { cellTable, instanceKey } from '#records/keys';
import { hostsOf, operationNames } from '#records/operation';
import type { Services } from '#ports/services';
import { RETRY } from '#statemachines/retry';
import { textOf } from '#wire/reading';
import { toBeClaimed } from '#conductor/selection';
import { releaseClaim } from '#workflows/launch/release-claim';
import { claimAlternate } from '#workflows/launch/claim-alternate';
import { BuildWorld } from '../../fixtures/build-world.ts';
import { ALTERNATES } from '../../fixtures/built.ts';
import { troubledPlacement, type Trouble } from '../../fixtures/placement/troubled-placement.ts';

const LAUNCH = operationNames('launch');

const twoPlaced = () => [...ALTERNATES, ['host2']];

/** A server that host1 is building, slowly, and what its execution would hand to the next alternate. */
async function building() {
  const world = await BuildWorld.boot({ scheduler: twoPlaced, behaviour: () => ({ delay: 3_600_000 }) });
  const command = world.request(2);
  await world.publish(command);
  await world.clock.advance(5000);
  const [uuid = ''] = command.uuids;
  const { item } = world.server(uuid);
  const state = {
    entry: 'build' as const,
    server: uuid,
    request: textOf(item[LAUNCH.request]) ?? '',
    request_id: command.context.request_id,
    attempt: 1,
    tried: [],
    cell: 'cell1',
    host: 'host1',
    node: 'host1',
    chosen: 0,
  };
  const read = () => world.platform.tables.get(cellTable('cell1'), instanceKey(uuid));
  return { world, uuid, state, read, owner: textOf(item[LAUNCH.owner]) ?? '' };
}

/** Runs a step as its Task does: again after an error that passes. */
async function triedAgain<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof Error) || !RETRY.step.ErrorEquals.includes(error.name)) throw error;
    return step();
  }
}

describe('the hand-over of a server to the next alternate', () => {
  test('fences the record: the last host may write it no more, and no other before it is ordered', async () => {
    const { world, uuid, state, read, owner } = await building();
    const hosts = hostsOf((await read()) ?? {});

    const answer = await claimAlternate(world.services, { step: 'claim-alternate', state, execution: owner });

    expect(answer).toMatchObject({ outcome: 'claimed', state: { host: 'host2', attempt: 2 } });
    expect([hosts, hostsOf((await read()) ?? {})]).toEqual([['host1'], []]);
    expect(world.claims(uuid)).toEqual(['host2']);
  });

  test.each([
    ['by an execution that does not own the server', 'another', 1],
    ['of an attempt that is over', undefined, 0],
  ])('%s changes nothing', async (_title, execution, attempt) => {
    const { world, uuid, state, read, owner } = await building();
    const before = await read();

    const answer = await claimAlternate(world.services, {
      step: 'claim-alternate',
      state: { ...state, attempt },
      execution: execution ?? owner,
    });

    expect(answer).toMatchObject({ outcome: 'active' });
    expect(await read()).toEqual(before);
    expect(world.claims(uuid)).toEqual(['host1']);
  });
});

describe('a claim for an alternate', () => {
  test('is withdrawn once the record of its server has vanished', async () => {
    const { world, uuid, state, read, owner } = await building();
    const answer = await claimAlternate(world.services, { step: 'claim-alternate', state, execution: owner });
    const { pk, sk } = (await read()) ?? instanceKey(uuid);
    await world.platform.tables.delete(cellTable('cell1'), { pk, sk });

    const vanished = { ...state, ...answer.state, host: 'host2' };
    await releaseClaim(world.services, { step: 'release-claim', state: vanished, execution: owner });

    expect(world.claims(uuid)).toEqual([]);
  });

  test.each<[string, Trouble]>([
    ['503', { answer: 503, made: false }],
    ['503 after it was made', { answer: 503, made: true }],
    ['500', { answer: 500, made: false }],
    ['429', { answer: 429, made: false }],
    ['a cut', { answer: 'cut', made: false }],
    ['a cut after it was made', { answer: 'cut', made: true }],
  ])(
    'that a cloud’s Placement first answers with %s is made again for the same host, in the same try',
    async (_, trouble) => {
      const { world, uuid, state, owner } = await building();
      const placement = troubledPlacement(world.platform.tables, trouble);
      const services: Services = { ...world.services, placement };

      const answer = await triedAgain(() =>
        claimAlternate(services, { step: 'claim-alternate', state, execution: owner }),
      );

      expect(answer).toMatchObject({ outcome: 'claimed', state: { host: 'host2', attempt: 2, chosen: 1 } });
      expect(world.claims(uuid)).toEqual(['host2']);
    },
  );

  test.each([
    ['""', ''],
    ['{}', '{}'],
    ['null', 'null'],
  ])('is not made for an alternate that asks for %s', (_title, request) => {
    expect(toBeClaimed(request)).toBeUndefined();
  });
});
