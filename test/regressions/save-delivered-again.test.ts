import { expect, test } from 'vitest';
import { cellQueue } from '#ports/host-queue';
import { setFields } from '#wire/wire';
import { BuildWorld } from '../fixtures/build-world.ts';
import { ExistingServer } from '../fixtures/existing-server.ts';

/** The next message to a queue is delivered once more, so many seconds later, as a standard queue may. */
function deliverAgain({ platform: { queues } }: BuildWorld, queue: string, seconds: number): void {
  const send = queues.send.bind(queues);
  queues.send = async (to, message) => {
    await send(to, message);
    if (to !== queue) return;
    queues.send = send;
    await send(to, { ...message, delaySeconds: seconds });
  };
}

test('a save that is delivered again when many others have followed it changes nothing', async () => {
  const world = await BuildWorld.boot();
  const server = await ExistingServer.build(world);
  const context = await server.begin('update');
  const rename = async (display_name: string): Promise<void> => {
    const args = [context, setFields(server.instance, { display_name }), 'save', {}, { cell: server.cell }] as const;
    await world.clock.runUntil(world.client.objectAction(...args), 60_000);
    await world.clock.advance(1000);
  };
  deliverAgain(world, cellQueue(server.cell), 300);

  for (let at = 1; at <= 20; at += 1) await rename(`name${at}`);
  await world.clock.advance(300_000);

  expect(server.item).toMatchObject({ display_name: 'name20' });
});
