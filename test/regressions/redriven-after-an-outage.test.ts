import { expect, it } from 'vitest';
import { BuildWorld } from '../fixtures/build-world.ts';
import { ALTERNATES } from '../fixtures/built.ts';
import { leftOver } from '../fixtures/ledger.ts';

it('an execution that was stopped in an outage and is redriven after it goes on where it stood', async () => {
  const outage = { away: false };
  const world = await BuildWorld.boot({
    scheduler: () => ALTERNATES,
    hosts: ['host1', 'host2', 'host3'].map((host) => ({ host, cell: 'cell1', callSeconds: 3600 })),
    behaviour: () => ({ delay: 1_200_000 }),
    config: { waitSeconds: 60 },
    aroundBatch: async (run, queue) => {
      if (outage.away && queue !== 'compute-task') throw new Error('Service Unavailable');
      return run();
    },
  });
  await world.clock.advance(120_000);
  const command = world.request();
  await world.publish(command);
  await world.clock.advance(30_000);

  outage.away = true;
  await world.clock.advance(600_000);
  const [launch] = await world.executions('launch');
  const executionArn = launch?.executionArn ?? '';
  await world.world.runner.stopExecution({ executionArn });
  outage.away = false;
  await world.clock.advance(2000);
  await world.world.runner.redriveExecution({ executionArn });
  await world.end();

  const [uuid = ''] = command.uuids;
  expect(world.server(uuid).item).toMatchObject({ vm_state: 'active', task_state: null, host: 'host1' });
  expect(world.orders(uuid)).toHaveLength(1);
  expect(world.beside(uuid, 'fault#')).toEqual([]);
  expect(await leftOver(world)).toEqual([]);
});
