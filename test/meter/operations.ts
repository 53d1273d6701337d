import { counted, OPERATIONS } from '../fixtures/counting/counted-moves.ts';
import { CountingWorld } from '../fixtures/counting/counting-world.ts';
import type { Consumption } from './consumption.ts';

/** The operations of which is counted what they consume. */
export const OPERATION_NAMES: readonly string[] = ['build', ...Object.keys(OPERATIONS)];

/** Seconds for which heartbeats are counted. */
export const WATCHED_SECONDS = 600;

/** What an operation consumes to its end, the calls of publisher and hosts counted in. */
export async function countOperation(name: string): Promise<Consumption> {
  return name === 'build' ? countBuild() : (await counted(name)).end.consumed;
}

/** What a build consumes to its end, with the host's calls by the queue or by the function URL. */
export async function countBuild(directCalls = false): Promise<Consumption> {
  const world = await CountingWorld.boot({ directCalls });
  await world.build(3);
  const { consumed } = await world.count('end', () => world.publish(1, {}));
  return consumed;
}

/** Hosts over which they are spread, so that none of them stands for a key that all builds write. */
const HOSTS = 60;

/** Builds so many servers, a request each, and answers the units that each of them writes to the keys of indexes. */
export async function indexUnitsOfBuilds(builds: number): Promise<ReadonlyMap<string, number>> {
  const world = await CountingWorld.boot({ hosts: HOSTS });
  await world.build(3);
  const sums = new Map<string, number>();
  for (let built = 0; built < builds; built += 1) {
    await world.count('end', () => world.publish(1, {}));
    for (const [key, units] of world.indexPartitions) sums.set(key, (sums.get(key) ?? 0) + units);
  }
  return new Map([...sums].map(([key, units]) => [key, units / builds]));
}

/** What the heartbeats of one host consume in WATCHED_SECONDS. */
export async function countHeartbeats(directCalls = false): Promise<Consumption> {
  const world = await CountingWorld.boot({ heartbeatSeconds: 10, directCalls });
  return world.idle(WATCHED_SECONDS);
}
