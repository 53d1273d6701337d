import { TINY } from './flavors.ts';
import type { DemoServer } from './demo-world.ts';
import type { Story } from './scenario.ts';

/** The hosts of the story, each a stock nova-compute. */
export const STOCK_HOSTS = ['compute1', 'compute2'] as const;

/** Stock computes have a server, move it, and one of them dies. */
export const novaCompute: Story = {
  name: 'nova-compute',
  title: 'Two stock nova-computes build a server, move it; one dies',
  scenarios: [
    {
      name: 'stock',
      title: 'A server is built, moved live, and evacuated from a dead host',
      servers: 1,
      flavor: TINY,
      move: {
        method: 'rebuild_instance',
        ask: async ({ world, uuids, say, until, untilTrue }) => {
          const [uuid = ''] = uuids;
          say('moves to the other host, live');
          await world.user.liveMigrate(uuid, null);
          let dead = '';
          await until((server) => {
            dead = server.host ?? '';
            return isMoved(server);
          });
          say(`${dead}: kill -9`);
          await world.killHost(dead);
          await untilTrue(() => world.isDown(dead));
          say(`${dead} is down: conductor host evacuate ${dead}`);
          await world.evacuate(dead, say);
          await world.reviveHost(dead);
          say(`${dead} is back`);
          // what comes back does away with its guest, and says then that the move is completed
          await until(({ runsOn, migration }) => runsOn.length === 1 && migration === 'completed');
        },
      },
      expected: { state: 'active', attempts: 1, migration: 'completed' },
    },
  ],
};

/** Whether a server is on the host that it was moved to, and on no other. */
const isMoved = ({ migration, taskState, host, runsOn }: DemoServer): boolean =>
  migration === 'completed' && taskState === null && runsOn.length === 1 && runsOn[0] === host;
