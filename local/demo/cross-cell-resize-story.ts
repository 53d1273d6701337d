import type { DemoServer } from './demo-world.ts';
import { SMALL, TINY } from './flavors.ts';
import { SPAWN, type Occasion, type Scenario, type Stage, type Story } from './scenario.ts';

const [SOURCE, DESTINATION] = ['host1', 'host4'];
const FINISH = 'finish_snapshot_based_resize_at_dest';

const oneServer = { servers: 1, flavor: TINY, host: SOURCE } as const;

const isResized = ({ state, taskState, cell }: DemoServer): boolean =>
  state === 'resized' && taskState === null && cell === 'cell2';

/** Asks for the server to be resized to a host of another cell, waits for it, and lets its user answer. */
const resized = (answer: 'confirmResize' | 'revertResize'): Pick<Scenario, 'move'> => ({
  move: {
    method: FINISH,
    ask: async ({ world, uuids, say, until }: Stage) => {
      for (const uuid of uuids) await world.user.resizeAcrossCells(uuid, SMALL, DESTINATION);
      await until(isResized);
      say(answer === 'confirmResize' ? 'is in cell2, and is confirmed' : 'is in cell2, and is reverted');
      for (const uuid of uuids) await world.user[answer](uuid);
    },
  },
});

const slowly = ({ method }: Occasion) => (method === FINISH ? SPAWN : 'build');

/** Servers get another flavor, on a host of another cell. */
export const crossCellResize: Story = {
  name: 'cross-cell-resize',
  title: 'Servers are resized to a host of another cell',
  scenarios: [
    {
      ...oneServer,
      name: 'away',
      title: 'A resize across cells goes through and is confirmed',
      kind: slowly,
      ...resized('confirmResize'),
      expected: { state: 'active', cell: 'cell2', host: DESTINATION, migration: 'confirmed', flavor: SMALL.name },
    },
    {
      ...oneServer,
      name: 'back',
      title: 'A resize across cells is reverted: the server is in its cell as it was',
      kind: slowly,
      ...resized('revertResize'),
      expected: { state: 'active', cell: 'cell1', host: SOURCE, migration: 'reverted', flavor: TINY.name },
    },
  ],
};
