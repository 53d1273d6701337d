import { expect, test } from 'vitest';
import { hostQueue } from '#ports/host-queue';
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

test('an order that comes again to a destination which was restarted does not begin a finished resize anew', async () => {
  const moving = await coldWorld();
  const { clock, world, platform } = moving.of;
  const send = platform.queues.send.bind(platform.queues);
  const orders: Parameters<typeof send>[] = [];
  platform.queues.send = async (...given) => {
    if (given[0] === hostQueue('cell1', 'host2')) orders.push(given);
    await send(...given);
  };
  await moving.cast();
  platform.queues.send = send;
  const host = world.fleet.host('host2');
  host.die();
  await clock.runUntil(host.start(), 60_000);
  await clock.advance(3_600_000);

  for (const given of orders) {
    await send(...given);
    await moving.of.end();
  }

  expect(orders).toHaveLength(2);
  expect(moving.migrations).toMatchObject([{ status: 'finished' }]);
  expect(moving.state).toBe('resized/null');
  expect(await leftOver(moving.of)).toEqual([]);
});
