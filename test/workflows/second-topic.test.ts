import { expect, it } from 'vitest';
import type { ComputeMessage } from '#ports/compute';
import { FORCED } from '../fixtures/live-moves.ts';
import { liveWorld } from '../fixtures/moves.ts';

/**
 * Moves a server live between computes whose lowest service version is this, and answers
 * `TOPIC.HOST METHOD` of each order.
 */
async function ordersAt(version: number): Promise<string[]> {
  const sent: string[] = [];
  const note = ({ method, host, topic = 'compute' }: ComputeMessage): void =>
    void sent.push(`${topic}.${host} ${method}`);
  const moving = await liveWorld({
    adapt: (services) => ({
      ...services,
      compute: {
        cast: (message) => (note(message), services.compute.cast(message)),
        call: (message) => (note(message), services.compute.call(message)),
      },
    }),
  });
  const { items } = await moving.of.platform.tables.query('cell-cell1', {
    index: 'lookup',
    partition: 'service#nova-compute',
  });
  for (const { pk, sk } of items)
    await moving.of.platform.tables.update('cell-cell1', { pk, sk }, { set: { version } });
  moving.of.world.reset();
  sent.length = 0;
  await moving.move(FORCED);
  return sent;
}

it('VERS-08 computes that all have a second topic are sent by it what ends an operation', async () => {
  const sent = await ordersAt(71);

  expect(sent).toEqual(['compute.host2 check_can_live_migrate_destination', 'compute-alt.host1 live_migration']);
});

it('VERS-09 computes of which one has no second topic are sent everything by the first', async () => {
  const sent = await ordersAt(64);

  expect(sent).toEqual(['compute.host2 check_can_live_migrate_destination', 'compute.host1 live_migration']);
});
