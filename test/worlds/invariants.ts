import type { Fleet } from '#local/fleet/fleet';
import { readProvider } from '#placement/provider-item';
import { PLACEMENT } from '#records/keys';
import { CELLS, type BuildWorld } from '../fixtures/build-world.ts';
import { leftOver } from '../fixtures/ledger.ts';

/**
 * Tasks that Nova's computes carry out with no conductor in them (conductor.md section 3 lists what is the conductor's):
 * a host that dies on the way leaves the server in them, until an operator resets its state. What such a server claims is
 * where the task was to bring it.
 */
const OF_COMPUTES = /^(\S+) in \S+ is still \["\w+","(?:resize_reverting|shelving\w*)"\]$/u;

/** What no world may end with, one line each: the ledger, and what only a random world can come to. */
export async function worldLeftOver(world: BuildWorld): Promise<string[]> {
  const lines = [...(await leftOver(world)), ...world.look(() => [...twice(world), ...overfull(world)])];
  const stuck = lines.flatMap((line) => OF_COMPUTES.exec(line)?.[1] ?? []);
  return lines.filter((line) => !OF_COMPUTES.test(line) && !stuck.some((uuid) => line.startsWith(`${uuid} claims`)));
}

/** No server is recorded in two cells. */
function twice(world: BuildWorld): string[] {
  const seen = new Map<string, string>();
  return ['cell0', ...CELLS.map(({ name }) => name)].flatMap((cell) =>
    world
      .items(`cell-${cell}`)
      .filter(({ sk }) => sk === 'instance')
      .flatMap(({ pk }) => {
        const other = seen.get(pk);
        seen.set(pk, cell);
        return other === undefined ? [] : [`${pk} is recorded in ${other} and in ${cell}`];
      }),
  );
}

/** No host has given away more than it has. */
const overfull = (world: BuildWorld): string[] =>
  world
    .items(PLACEMENT)
    .filter(({ sk }) => sk === 'provider')
    .map(readProvider)
    .flatMap(({ provider, free }) =>
      Object.entries(free).flatMap(([name, left]) => (left < 0 ? [`${provider.host} has ${left} ${name} left`] : [])),
    );

/** Sees servers that run on two hosts at any time. */
export class RunningTwice {
  #fleet: Fleet | undefined;
  readonly seen: string[] = [];

  watch(fleet: Fleet): void {
    this.#fleet = fleet;
  }

  readonly onStart = (host: string, uuid: string): void => {
    for (const other of this.#fleet?.computes ?? [])
      if (other.host !== host && other.guests.has(uuid)) this.seen.push(`${uuid} ran on ${other.host} and on ${host}`);
  };
}
