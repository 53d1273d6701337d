import { expect, it } from 'vitest';
import { PlacementAPIConnectFailure, ServiceMisconfigured } from '#errors';
import { BuildWorld } from '../fixtures/build-world.ts';
import { ExistingServer } from '../fixtures/existing-server.ts';
import { leftOver } from '../fixtures/ledger.ts';
import { watching } from '../fixtures/watching.ts';

const TROUBLE = { service: 'placement', url: 'http://placement', trouble: 'answered 503', remedy: 'Try again later.' };

it.each([
  ['gives no answer', () => new PlacementAPIConnectFailure(TROUBLE)],
  ['refuses our credential until an operator has mended it', () => new ServiceMisconfigured(TROUBLE)],
])('a server that is deleted while Placement %s leaves no claim and no usage', async (_title, error) => {
  let away = false;
  const world = await BuildWorld.boot({
    adapt: (services) => ({
      ...services,
      placement: watching(services.placement, {
        release: async (consumer) => {
          if (away) throw error();
          return services.placement.release(consumer);
        },
      }),
    }),
  });
  const server = await ExistingServer.build(world);
  const context = await server.begin('delete');
  await server.change({ task_state: 'deleting' });

  away = true;
  await server.giveOrder('terminate_instance', context, { bdms: null });
  await world.clock.advance(120_000);
  away = false;
  await world.end();

  expect(server.item).toMatchObject({ deleted: true });
  expect(world.claims(server.uuid)).toEqual([]);
  expect(await leftOver(world)).toEqual([]);
});

it('a server that an API deletes leaves no claim and no usage, though Placement is away for longer than the API waits', async () => {
  let away = false;
  const world = await BuildWorld.boot({
    adapt: (services) => ({
      ...services,
      placement: watching(services.placement, {
        release: async (consumer) => {
          if (away) throw new PlacementAPIConnectFailure(TROUBLE);
          return services.placement.release(consumer);
        },
      }),
    }),
  });
  const server = await ExistingServer.build(world);
  const context = await server.begin('delete');

  away = true;
  const deleted = world.client.objectAction(context, server.instance, 'destroy', {}, { cell: 'cell1' });
  await world.clock.runUntil(deleted, 120_000);
  await world.clock.advance(200_000);
  away = false;
  await world.end();

  expect(server.item).toMatchObject({ deleted: true });
  expect(world.claims(server.uuid)).toEqual([]);
  expect((await leftOver(world)).filter((line) => !line.startsWith('host'))).toEqual([]);
});
