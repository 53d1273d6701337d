import { expect, test } from 'vitest';
import type { WorldOptions } from '#local/emulation/world';
import type { Behaviour } from '#local/fleet/behaviour';
import type { Json } from '#ports/json';
import { instanceItem } from '#records/items/instance';
import { BuildWorld } from '../fixtures/build-world.ts';
import { SCHEDULED } from '../fixtures/live-moves.ts';
import { coldWorld, liveWorld } from '../fixtures/moves.ts';
import { EVACUATE, rebuild, stranded } from '../fixtures/rebuilt-server.ts';
import { shelved, unshelve } from '../fixtures/shelved-server.ts';

const MINUTE = 60_000;

/** Runs after which what breaks for good is mended. */
const MOST = 3;

/** Steps that break for good, as those of a release do until somebody mends it. */
class Broken {
  runs = 0;
  readonly #steps: readonly string[];

  constructor(steps: readonly string[]) {
    this.#steps = steps;
  }

  readonly around: NonNullable<WorldOptions['around']> = async (run, { step }) => {
    if (!this.#steps.includes(step) || this.runs === MOST) return run();
    this.runs += 1;
    throw new TypeError('x is not a function');
  };
}

/** Hosts that work for half an hour on the orders of a method, once it is asked for. */
const slowly = (method: string): { readonly behaviour: Behaviour } => ({
  behaviour: (order) => (order.method === method ? { delay: 30 * MINUTE } : 'build'),
});

/** How a server ended: its states, its host, what it claims, how many faults it has. */
type Ended = readonly [states: string, host: Json | undefined, claims: readonly string[], faults: number];

/** Heartbeats are rare, so that an hour passes quickly. */
const RARELY_HEARD = { heartbeatSeconds: 600, config: { serviceDownTime: 7200 } } as const;

/** Operations whose host works for half an hour, by workflow, and how each ends. */
const operations: Readonly<Record<string, (around: Broken['around']) => Promise<Ended>>> = {
  launch: async (around) => {
    const world = await BuildWorld.boot({
      ...RARELY_HEARD,
      around,
      ...slowly('build_and_run_instance'),
      scheduler: () => [['host1', 'host2']],
    });
    const [uuid = ''] = (await world.build()).uuids;
    await world.end();
    const { vm_state, task_state, host } = instanceItem(world.server(uuid).item);
    return [`${vm_state}/${task_state}`, host, world.claims(uuid), world.beside(uuid, 'fault#').length];
  },
  'cold-migrate': async (around) => {
    const moving = await coldWorld({ ...RARELY_HEARD, around, ...slowly('prep_resize') });
    await moving.cast();
    await moving.of.end();
    return [moving.state, moving.item['host'], moving.held(), moving.faultRecords.length];
  },
  'live-migrate': async (around) => {
    const moving = await liveWorld({ ...RARELY_HEARD, around, ...slowly('live_migration') });
    await moving.cast(SCHEDULED);
    await moving.of.end();
    return [moving.state, moving.item['host'], moving.held(), moving.faultRecords.length];
  },
  rebuild: async (around) => {
    const { world, server, ...at } = await stranded({ around, ...slowly('rebuild_instance') });
    await rebuild({ world, server, ...at }, EVACUATE);
    await world.end();
    return [server.state, server.item['host'], world.claims(server.uuid), server.faults.length];
  },
  unshelve: async (around) => {
    const at = await shelved({ offloaded: true }, { ...RARELY_HEARD, around, ...slowly('unshelve_instance') });
    await unshelve(at);
    await at.world.end();
    const { state, item, uuid, faults } = at.server;
    return [state, item['host'], at.world.claims(uuid), faults.length];
  },
};

test.each([
  ['launch', 'await-build', 'active/null', 'host1'],
  ['cold-migrate', 'await-resize', 'resized/null', 'host2'],
  ['live-migrate', 'await-migration', 'active/null', 'host2'],
  ['rebuild', 'await-rebuild', 'active/null', 'host3'],
  ['unshelve', 'await-unshelve', 'active/null', 'host2'],
])('%s gives up no host while its waits and its looks break for good', async (workflow, wait, states, host) => {
  const broken = new Broken([wait, 'check-host', 'check-hosts']);

  const ended = await operations[workflow]?.(broken.around);

  expect(broken.runs).toBe(MOST);
  expect(ended).toEqual([states, host, [host], 0]);
});
