import { NoValidHost } from '#errors';
import type { DemoServer } from './demo-world.ts';
import { HUGE, SMALL, TINY } from './flavors.ts';
import { SPAWN, type Occasion, type Scenario, type Stage, type Story } from './scenario.ts';

const SOURCE = 'host1';
const PREPARE = 'prep_resize';

const oneServer = { servers: 1, flavor: TINY, host: SOURCE } as const;

const isResized = ({ state, taskState }: DemoServer): boolean => state === 'resized' && taskState === null;

/** Asks for every server to be resized, waits for it, and lets its user answer. */
const resized = (answer: 'confirmResize' | 'revertResize'): Pick<Scenario, 'move'> => ({
  move: {
    method: PREPARE,
    ask: async (stage: Stage) => {
      const { world, uuids, say } = stage;
      for (const uuid of uuids) await world.user.resize(uuid, SMALL);
      await stage.until(isResized);
      say(answer === 'confirmResize' ? 'is confirmed' : 'is reverted');
      for (const uuid of uuids) await world.user[answer](uuid);
    },
  },
});

const slowly = ({ method }: Occasion) => (method === 'resize_instance' ? SPAWN : 'build');

/** Servers get another flavor, on another host. */
export const resize: Story = {
  name: 'resize',
  title: 'Servers are resized: confirmed, reverted, without a host',
  scenarios: [
    {
      ...oneServer,
      name: 'confirmed',
      title: 'A resize goes through and is confirmed',
      kind: slowly,
      ...resized('confirmResize'),
      expected: { state: 'active', left: SOURCE, attempts: 1, migration: 'confirmed', flavor: SMALL.name },
    },
    {
      ...oneServer,
      name: 'reverted',
      title: 'A resize is reverted: the server is on its host as it was',
      kind: slowly,
      ...resized('revertResize'),
      expected: { state: 'active', host: SOURCE, attempts: 1, migration: 'reverted', flavor: TINY.name },
    },
    {
      ...oneServer,
      name: 'given-back',
      title: 'A resize that its first host gives back lands on an alternate',
      kind: ({ method, nth }) => (method === PREPARE && nth === 1 ? { fail: 'its disk is full' } : 'build'),
      ...resized('confirmResize'),
      expected: { state: 'active', left: SOURCE, attempts: 2, migration: 'confirmed', flavor: SMALL.name },
    },
    {
      ...oneServer,
      name: 'no-valid-host',
      title: 'A resize that nobody can host leaves the server as it was',
      move: {
        method: PREPARE,
        ask: async ({ world, uuids, say }) => {
          for (const uuid of uuids)
            await world.user.resize(uuid, HUGE).catch((error: unknown) => {
              if (!(error instanceof NoValidHost)) throw error;
              say(`its user reads: ${error.message}`);
            });
        },
      },
      expected: { state: 'active', host: SOURCE, attempts: 0, fault: /no valid host/iu, flavor: TINY.name },
    },
  ],
};
