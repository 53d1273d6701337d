import { describe, expect, it } from 'vitest';
import { cellTable, instanceKey } from '#records/keys';
import { textOf } from '#wire/reading';
import { reconcileInstances } from '#reconciler/reconcile';
import { BuildWorld } from '../fixtures/build-world.ts';

const measured = (world: BuildWorld) =>
  world.platform.log.measured.filter(({ metric }) => metric === 'oldest_waiting_server').map(({ values }) => values);

describe('the reconciler', () => {
  it('measures for how long the oldest server in transition has waited', async () => {
    const world = await BuildWorld.boot({ behaviour: () => ({ delay: 36_000_000 }) });
    const command = world.request();
    await world.publish(command);
    await world.clock.advance(600_000);
    const [uuid = ''] = command.uuids;
    const { cell, item } = world.server(uuid);
    const since = Date.parse(textOf(item['created_at']) ?? '');

    await reconcileInstances(world.services);

    expect(await world.services.tables.get(cellTable(cell), instanceKey(uuid))).toMatchObject({ vm_state: 'building' });
    expect(measured(world)).toEqual([[(world.clock.now() - since) / 1000]]);
  });

  it('measures 0 where nothing waits', async () => {
    const world = await BuildWorld.boot();

    await reconcileInstances(world.services);

    expect(measured(world)).toEqual([[0]]);
  });
});
