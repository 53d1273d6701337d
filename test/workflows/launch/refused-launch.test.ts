import { expect, test } from 'vitest';
import { BuildWorld } from '../../fixtures/build-world.ts';
import { leftOver } from '../../fixtures/ledger.ts';
import { refuseLaunches } from '../../worlds/released.ts';

test('a launch that cannot be started holds up no other server of its request, and a redrive starts it alone', async () => {
  const world = await BuildWorld.boot();
  const command = world.request(3);
  refuseLaunches(world.world.runner, [1]);

  await world.build(command);
  const [failed] = await world.executions('build');
  const before = command.uuids.map((uuid) => world.servers(uuid).length);
  await world.world.runner.redriveExecution({ executionArn: failed?.executionArn ?? '' });
  await world.end();

  expect(failed?.status).toBe('FAILED');
  expect(before.filter((records) => records === 1)).toHaveLength(2);
  expect(command.uuids.map((uuid) => world.server(uuid).item['vm_state'])).toEqual(['active', 'active', 'active']);
  expect(command.uuids.map((uuid) => world.orders(uuid).length)).toEqual([1, 1, 1]);
  expect(await leftOver(world)).toEqual([]);
});
