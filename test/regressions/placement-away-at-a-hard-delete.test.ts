import { expect, test } from 'vitest';
import { PlacementAPIConnectFailure } from '#errors';
import { BuildWorld } from '../fixtures/build-world.ts';
import { ExistingServer } from '../fixtures/existing-server.ts';
import { watching } from '../fixtures/watching.ts';

/* A hard delete forgot the record, and with it its migrations, before it gave back what they claim: a repeat found nothing. */
test('a hard delete gives back what a server and its migrations claim, though Placement was away for a moment', async () => {
  let away = false;
  const world = await BuildWorld.boot({
    scheduler: () => [['host1']],
    adapt: (services) => ({
      ...services,
      placement: watching(services.placement, {
        release: (consumer) => {
          if (!away) return services.placement.release(consumer);
          away = false;
          const trouble = { service: 'placement', url: 'u', trouble: 'was not reached', remedy: 'wait' };
          return Promise.reject(new PlacementAPIConnectFailure(trouble));
        },
      }),
    }),
  });
  const server = await ExistingServer.build(world);
  const context = await server.begin('delete');
  away = true;

  const deleted = world.client.objectAction(
    { ...context, is_admin: true },
    server.instance,
    'destroy',
    { hard_delete: true },
    { cell: server.cell },
  );
  await world.clock.runUntil(deleted, 60_000);
  await world.end();

  expect(away).toBe(false);
  expect(world.servers(server.uuid)).toEqual([]);
  expect(world.claims(server.uuid)).toEqual([]);
});
