import { TINY } from './flavors.ts';
import type { Story } from './scenario.ts';

const DEAD = 'host1';

/** A host dies, and its servers go on elsewhere. */
export const evacuate: Story = {
  name: 'evacuate',
  title: 'A host dies; its servers are evacuated; it comes back',
  scenarios: [
    {
      name: 'evacuated',
      title: `${DEAD} dies, its servers are evacuated; it comes back and does not run them a second time`,
      servers: 3,
      flavor: TINY,
      host: DEAD,
      kind: ({ method }) => (method === 'rebuild_instance' ? { delay: 600 } : 'build'),
      move: {
        method: 'rebuild_instance',
        ask: async ({ world, say, untilTrue }) => {
          say(`${DEAD} dies`);
          await world.killHost(DEAD);
          await untilTrue(() => world.isDown(DEAD));
          say(`${DEAD} is down: conductor host evacuate ${DEAD}`);
          await world.evacuate(DEAD, say);
          await world.reviveHost(DEAD);
          say(`${DEAD} is back`);
        },
      },
      expected: { state: 'active', cell: 'cell1', left: DEAD, attempts: 1, migration: 'done' },
    },
  ],
};
