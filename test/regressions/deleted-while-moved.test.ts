import { expect, test } from 'vitest';
import type { Behaviour } from '#local/fleet/behaviour';
import { leftOver } from '../fixtures/ledger.ts';
import { coldWorld, type MovingWorld } from '../fixtures/moves.ts';

/** The user deletes the server, which goes without its hosts. */
async function destroy(moving: MovingWorld): Promise<void> {
  const { client, context, instance, of } = moving;
  await Promise.all([client.objectAction(context, instance, 'destroy', {}, { cell: 'cell1' }), of.clock.advance(1000)]);
  await of.end();
  const looking = Promise.all(of.world.fleet.computes.map((compute) => compute.audit()));
  await of.clock.runUntil(looking, 60_000);
}

const slowly: Behaviour = ({ method }) => (method === 'resize_instance' ? { delay: 100_000 } : 'build');

test('a server that is deleted while it is resized leaves no migration unfinished and no claim', async () => {
  const moving = await coldWorld({ behaviour: slowly });
  await Promise.all([moving.call(), moving.of.clock.advance(10_000)]);

  await destroy(moving);

  const [migration] = moving.of.items('cell-cell1').filter(({ sk }) => sk.startsWith('migration#'));
  expect(migration).toMatchObject({ status: 'error', deleted: true });
  expect(await leftOver(moving.of)).toEqual([]);
});

test('a server that is deleted while its resize waits for the user releases what its migration held', async () => {
  const moving = await coldWorld();
  await moving.move();

  await destroy(moving);

  expect(await leftOver(moving.of)).toEqual([]);
});
