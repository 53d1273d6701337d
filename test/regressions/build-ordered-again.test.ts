import { expect, test } from 'vitest';
import { built } from '../fixtures/built.ts';
import { leftOver } from '../fixtures/ledger.ts';

/**
 * The order of a build that has ended comes again, to its host, which has started anew since and knows nothing of it.
 */
async function orderAgain({ world, uuid }: Awaited<ReturnType<typeof built>>): Promise<void> {
  const [order] = world.orders(uuid);
  const host = world.world.fleet.host(order?.host ?? '');
  host.die();
  await world.clock.advance(5000);
  await world.clock.runUntil(host.start(), 60_000);
  const { method = '', version = '', args = {}, context, uniqueId = '' } = order ?? {};
  if (context === undefined) throw new Error('the server was ordered nowhere');
  await world.services.compute.cast({ cell: host.cell, host: host.host, method, version, args, context, uniqueId });
  await world.end();
}

test.each([
  ['a server that runs', {}, { vm_state: 'active', task_state: null, host: 'host1' }],
  ['a server in error', { behaviour: () => ({ abort: 'the image is broken' }) }, { vm_state: 'error', host: null }],
] as const)('the order of a build that comes again leaves %s as it is', async (_what, options, left) => {
  const at = await built(options);

  const { launched_at = null } = at.world.server(at.uuid).item;

  await orderAgain(at);

  expect(at.world.server(at.uuid).item).toMatchObject({ ...left, launched_at });
  expect(await leftOver(at.world)).toEqual([]);
});
