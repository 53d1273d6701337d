import type { Clock } from '#ports/clock';
import type { BuildCommand, DemoServer, DemoWorld } from './demo-world.ts';
import { buildCommand } from './requests.ts';
import { serverName, type Scenario } from './scenarios.ts';

/** Milliseconds between two looks. */
export const LOOK = 150;

/** States in which nothing more happens to a server. */
const FINAL = new Set(['active', 'error', 'gone']);

/** How a scenario went. */
export interface Played {
  readonly scenario: Scenario;
  readonly servers: readonly { readonly name: string; readonly server: DemoServer; readonly milliseconds?: number }[];
}

/**
 * Publishes a scenario's request, brings its incident about, and looks on until its servers are in a final state or
 * patience ends; `progress` is told in between.
 */
export async function playScenario(
  world: DemoWorld,
  scenario: Scenario,
  patienceMs: number,
  progress: (line: string) => void,
): Promise<Played> {
  const names = Array.from({ length: scenario.servers }, (_, at) => serverName(scenario, at));
  const command = buildCommand(world, { names, flavor: scenario.flavor, project: `demo-${scenario.name}` });
  const startedAt = world.clock.now();
  const finishedAt = new Map<string, number>();
  if (scenario.incident === 'build request deleted while scheduling') deleteWhileScheduling(world, command);
  await world.publish(command);

  let hostToDie = scenario.incident === 'host dies while spawning';
  for (;;) {
    const servers = await world.servers(command.uuids);
    const now = world.clock.now();
    for (const server of servers)
      if (isFinal(server) && !finishedAt.has(server.uuid)) finishedAt.set(server.uuid, now - startedAt);
    progress(summary(servers));
    const spawning = hostToDie
      ? servers.find(({ taskState, host }) => taskState === 'spawning' && host !== null)
      : undefined;
    if (spawning?.host != null) {
      hostToDie = false;
      progress(`${spawning.host} dies`);
      await world.killHost(spawning.host);
    }
    if (servers.every(isFinal) || now - startedAt >= patienceMs) return played(scenario, names, servers, finishedAt);
    await sleep(world.clock, LOOK);
  }
}

function deleteWhileScheduling(world: DemoWorld, { context, uuids }: BuildCommand): void {
  const [uuid] = uuids;
  if (uuid !== undefined) world.whileScheduling(uuid, () => world.deleteBuildRequest(context, uuid));
}

const isFinal = ({ state, taskState }: DemoServer): boolean => FINAL.has(state) && taskState === null;

const played = (
  scenario: Scenario,
  names: readonly string[],
  servers: readonly DemoServer[],
  finishedAt: ReadonlyMap<string, number>,
): Played => ({
  scenario,
  servers: servers.map((server, at) => {
    const milliseconds = finishedAt.get(server.uuid);
    return { name: names[at] ?? '', server, ...(milliseconds !== undefined && { milliseconds }) };
  }),
});

/** For instance `3 active, 2 building (spawning on host1, networking on host4)`. */
function summary(servers: readonly DemoServer[]): string {
  const groups = Map.groupBy(servers, ({ state }) => state);
  return [...groups]
    .map(([state, group]) => {
      const places = group.flatMap(({ taskState, host, cell }) => {
        const place = host ?? cell;
        if (taskState !== null) return [place === null ? taskState : `${taskState} on ${place}`];
        return place === null ? [] : [place];
      });
      return `${group.length} ${state}${places.length === 0 ? '' : ` (${places.join(', ')})`}`;
    })
    .join(', ');
}

/** Resolves after that time. */
export const sleep = (clock: Clock, milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    clock.timer(milliseconds, resolve);
  });
