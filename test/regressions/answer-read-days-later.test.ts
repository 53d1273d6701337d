import { expect, test } from 'vitest';
import type { BuildWorld } from '../fixtures/build-world.ts';
import { crossing, leaving, remains, SMALL, type Crossing } from '../fixtures/crossing.ts';
import { config } from '../fixtures/resized-across-cells.ts';
import { REQUESTS } from '#records/keys';

const DAY = 86_400_000;

/** Days pass; items of requests vanish when their time is over. */
async function pass(world: BuildWorld, days: number): Promise<void> {
  for (let day = 0; day < days; day += 1) {
    await world.clock.advance(DAY);
    for (const { pk, sk, expires_at } of world.items(REQUESTS))
      if (Number(expires_at) < world.clock.now() / 1000) await world.platform.tables.delete(REQUESTS, { pk, sk });
  }
}

test.each(['prep_snapshot_based_resize_at_dest', 'prep_snapshot_based_resize_at_source'])(
  'the answer to %s is read by a step that a person mends three days later',
  async (method) => {
    let mended = false;
    let booted: Crossing | undefined;
    const at = await crossing({
      // Heartbeats are rare so that days pass quickly.
      config: { ...config, serviceDownTime: DAY / 1000 },
      heartbeatSeconds: DAY / 4000,
      restsWithin: 1_000_000,
      around: async (go, _event, [machine]) => {
        if (!mended && machine.endsWith('-cross-cell-resize') && (booted?.moving.orders(method).length ?? 0) > 0)
          throw Object.assign(new Error('away'), { name: 'Lambda.ServiceException' });
        return go();
      },
    });
    const { of } = at.moving;
    booted = at;
    await at.moving.send({ flavor: SMALL, spec: leaving() });

    await pass(of, 3);
    mended = true;
    await of.end();

    expect(at.moving.orders(method)).toHaveLength(1);
    expect(at.copies().find(({ hidden }) => !hidden)).toMatchObject({ cell: 'cell2', state: 'resized/null' });
    expect(await remains(at)).toEqual([]);
  },
);
