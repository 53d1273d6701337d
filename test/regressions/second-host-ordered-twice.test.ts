import { expect, test } from 'vitest';
import { TaskFailure } from '#local/runner/failure';
import { BuildWorld } from '../fixtures/build-world.ts';
import { ALTERNATES } from '../fixtures/built.ts';
import { leftOver } from '../fixtures/ledger.ts';

test('a second host that has built before its order is repeated keeps its server active', async () => {
  let runs = 0;
  const world = await BuildWorld.boot({
    scheduler: () => ALTERNATES,
    behaviour: (_order, attempt) => (attempt === 1 ? { fail: 'it is full' } : 'build'),
    around: async (run, _event, [, , { state }]) => {
      const answer = await run();
      if (state === 'Build on host' && (runs += 1) === 2)
        throw new TaskFailure('Lambda.ServiceException', 'the answer was lost');
      return answer;
    },
  });
  const [uuid = ''] = (await world.build()).uuids;

  expect(world.server(uuid).item).toMatchObject({ vm_state: 'active', task_state: null, host: 'host2' });
  expect(await leftOver(world)).toEqual([]);
});
