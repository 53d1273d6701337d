import { expect, test } from 'vitest';
import { BuildWorld } from '../fixtures/build-world.ts';
import { ALTERNATES } from '../fixtures/built.ts';
import { leftOver } from '../fixtures/ledger.ts';

const behaviour = () => ({ die: 'mid-build' }) as const;

test('a build that its host interrupted by starting anew ends in error with a fault', async () => {
  const world = await BuildWorld.boot({ scheduler: () => ALTERNATES, behaviour });
  const command = world.request();
  await world.publish(command);
  await world.clock.advance(5000);
  const starting = world.world.fleet.host('host1').start();
  await world.clock.runUntil(starting, 60_000);

  await world.end();

  const [uuid = ''] = command.uuids;
  expect(world.server(uuid).item).toMatchObject({ vm_state: 'error', task_state: null });
  expect(world.beside(uuid, 'fault#')).toMatchObject([{ code: 500, message: expect.stringContaining('host1') }]);
  expect(await leftOver(world)).toEqual([]);
});
