import { expect, it } from 'vitest';
import { tendCanaries } from '#reconciler/canary';
import { API, canaryKey, PLACEMENT, quotaKey } from '#records/keys';
import { BuildWorld } from '../fixtures/build-world.ts';
import { leftOver } from '../fixtures/ledger.ts';
import { watchingAll, type Between } from '../fixtures/watching.ts';

/** A canary whose build ends like this, and whose function dies at one call of all that it makes. */
async function dyingCanary(build: 'build' | { readonly abort: string }, at: number, when: 'before' | 'after') {
  const death = { calls: 0, tending: false, dead: false, struck: '' };
  const between: Between = async (method, _args, run) => {
    if (!death.tending) return run();
    if (death.dead) throw new Error('the function is dead');
    death.calls += 1;
    if (death.calls !== at) return run();
    death.struck = method;
    death.dead = true;
    if (when === 'after') await run();
    throw new Error('the function died');
  };
  const world = await BuildWorld.boot({
    // Seldom heartbeats make cheap worlds.
    config: { canaryHosts: ['host1'], canaryMinutes: 600, serviceDownTime: 2000 },
    hosts: [{ host: 'host1', cell: 'cell1', heartbeatSeconds: 900 }],
    behaviour: () => build,
    adapters: (adapters) => ({
      ...adapters,
      tables: watchingAll(adapters.tables, between),
      queues: watchingAll(adapters.queues, between),
    }),
  });
  for (let round = 0; round < 8; round += 1) {
    death.tending = true;
    await tendCanaries(world.services);
    death.tending = false;
    death.dead = false;
    await world.end();
    await world.clock.advance(310_000);
  }
  const known = await world.platform.tables.get(API, canaryKey('host1'));
  const usage = await world.platform.tables.get(API, quotaKey('canary'));
  const left = [...(await leftOver(world)), ...world.items(PLACEMENT).filter(({ sk }) => sk === 'consumer')];
  return { struck: death.struck, phase: known?.['phase'] ?? null, counts: usage?.['instances'] ?? 0, left };
}

it.each([
  ['that cannot be built', 'before', { abort: 'broken' }],
  ['that cannot be built', 'after', { abort: 'broken' }],
  ['that runs', 'before', 'build'],
  ['that runs', 'after', 'build'],
] as const)(
  'a canary %s leaves nothing behind, though its function dies %s any one call',
  { timeout: 60_000 },
  async (_title, when, build) => {
    const ended: Awaited<ReturnType<typeof dyingCanary>>[] = [];

    do ended.push(await dyingCanary(build, ended.length + 1, when));
    while (ended.at(-1)?.struck !== '');

    expect(ended.length).toBeGreaterThan(10);
    expect(ended.filter(({ phase, counts, left }) => phase !== null || counts !== 0 || left.length > 0)).toEqual([]);
  },
);
