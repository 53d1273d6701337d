import { TINY } from './flavors.ts';
import { SPAWN, type Scenario, type Story } from './scenario.ts';

const SOURCE = 'host1';
const FORCED = 'host3';
const CHECK = 'check_can_live_migrate_destination';

const oneServer = { servers: 1, flavor: TINY, host: SOURCE } as const;

/** Asks for every server of the scenario to be moved, to that host or to any. */
const moved = (host: string | null): Pick<Scenario, 'move'> => ({
  move: {
    method: CHECK,
    ask: async ({ world, uuids, say }) => {
      say(`leaves ${SOURCE} for ${host ?? 'a host that the scheduler chooses'}`);
      for (const uuid of uuids) await world.user.liveMigrate(uuid, host);
    },
  },
});

/** Running servers go from one host to another. */
export const liveMigrate: Story = {
  name: 'live-migrate',
  title: 'Servers move live: scheduled, refused, forced, and failing',
  scenarios: [
    {
      ...oneServer,
      name: 'scheduled',
      title: 'A server moves to a host that the scheduler chooses',
      kind: ({ method }) => (method === 'live_migration' ? SPAWN : 'build'),
      ...moved(null),
      expected: { state: 'active', left: SOURCE, attempts: 1, migration: 'completed' },
    },
    {
      ...oneServer,
      name: 'refused',
      title: 'A server whose first destination refuses it moves to the next',
      kind: ({ method, nth }) => (method === CHECK && nth === 1 ? { fail: 'its processor is too old' } : 'build'),
      ...moved(null),
      expected: { state: 'active', left: SOURCE, attempts: 2, migration: 'completed' },
    },
    {
      ...oneServer,
      name: 'forced',
      title: `A server is forced to ${FORCED}`,
      kind: ({ method }) => (method === 'live_migration' ? SPAWN : 'build'),
      ...moved(FORCED),
      expected: { state: 'active', host: FORCED, attempts: 1, migration: 'completed' },
    },
    {
      ...oneServer,
      name: 'copy-fails',
      title: 'A server whose memory cannot be copied is back as it was',
      kind: ({ method }) =>
        method === 'live_migration' ? { delay: 400, next: { fail: 'the connection is lost' } } : 'build',
      ...moved(null),
      expected: { state: 'active', host: SOURCE, attempts: 1, migration: 'failed' },
    },
  ],
};
