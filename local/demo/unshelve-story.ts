import type { DemoServer } from './demo-world.ts';
import { BULKY, TINY } from './flavors.ts';
import { buildCommand } from './requests.ts';
import { DEMO_HOSTS, SPAWN, type Scenario, type Stage, type Story } from './scenario.ts';

const UNSHELVE = 'unshelve_instance';

const isOffloaded = ({ state, taskState }: DemoServer): boolean => state === 'shelved_offloaded' && taskState === null;

/** Has every server shelved and offloaded, lets something happen, and asks for the servers back. */
const shelved = (
  image: { readonly kept: boolean },
  meanwhile: (stage: Stage) => Promise<void> = () => Promise.resolve(),
): Pick<Scenario, 'move'> => ({
  move: {
    method: UNSHELVE,
    ask: async (stage) => {
      const { world, uuids, say } = stage;
      for (const uuid of uuids) await world.user.shelve(uuid, image);
      await stage.until(isOffloaded);
      await meanwhile(stage);
      say(image.kept ? 'its user wants it back' : 'its image is lost, and its user wants it back');
      for (const uuid of uuids) await world.user.unshelve(uuid);
    },
  },
});

/** Others take every host before the server is asked for again. */
async function fillAllHosts({ world, say, until }: Stage): Promise<void> {
  const hosts = Object.values(DEMO_HOSTS).flat();
  say(`is shelved; others fill all of ${hosts.length} hosts`);
  const commands = hosts.map((host) =>
    buildCommand(world, { names: [`filler-${host}`], flavor: BULKY, project: 'demo-fillers', host }),
  );
  for (const command of commands) await world.publish(command);
  await until(
    ({ state, taskState }) => state === 'active' && taskState === null,
    commands.flatMap(({ uuids }) => uuids),
  );
}

/** Servers that lie shelved are wanted back. */
export const unshelve: Story = {
  name: 'unshelve',
  title: 'Shelved servers are wanted back; one finds no valid host',
  scenarios: [
    {
      name: 'unshelved',
      title: 'A server that was offloaded is scheduled again',
      servers: 1,
      flavor: TINY,
      kind: ({ method }) => (method === UNSHELVE ? SPAWN : 'build'),
      ...shelved({ kept: true }),
      expected: { state: 'active', attempts: 1 },
    },
    {
      name: 'lost-image',
      title: 'A server whose image is lost ends in error',
      servers: 1,
      flavor: TINY,
      ...shelved({ kept: false }),
      // As in Nova, whose conductor leaves the task_state of a server that can never be unshelved.
      expected: { state: 'error', taskState: 'unshelving', attempts: 0, fault: /image .* cannot be found/u },
    },
    {
      name: 'no-room',
      title: 'A server that nobody can host any more stays shelved',
      servers: 1,
      flavor: BULKY,
      ...shelved({ kept: true }, fillAllHosts),
      expected: { state: 'shelved_offloaded', attempts: 0 },
    },
  ],
};
