import { expect, test } from 'vitest';
import { leftOver } from '../fixtures/ledger.ts';
import { coldWorld } from '../fixtures/moves.ts';

test('a source that comes back to a move which was given up does not begin it again', async () => {
  let died = false;
  const moving = await coldWorld({
    behaviour: ({ method }) => {
      if (method !== 'resize_instance' || died) return 'build';
      died = true;
      return { die: 'before-read' };
    },
  });
  await moving.cast();
  const { clock, world } = moving.of;

  await clock.runUntil(world.fleet.host('host1').start(), 60_000);
  await moving.of.end();

  expect(world.fleet.host('host1').refused).toEqual(['resize_instance']);
  expect(moving.migrations).toMatchObject([{ status: 'error' }]);
  await clock.runUntil(world.fleet.host('host2').audit(), 60_000);
  expect(await leftOver(moving.of)).toEqual([]);
});
