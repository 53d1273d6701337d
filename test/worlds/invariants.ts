import type { Fleet } from '#local/fleet/fleet';
import { MessagingTimeout } from '#errors';
import { readProvider } from '#placement/provider-item';
import { instanceItem } from '#records/items/instance';
import { PLACEMENT } from '#records/keys';
import { CELLS, type BuildWorld } from '../fixtures/build-world.ts';
import { leftOver } from '../fixtures/ledger.ts';
import { HOSTILE } from './hostile.ts';

/**
 * Tasks that Nova's computes carry out with no conductor in them: a host that dies on the way leaves the
 * server in them, until an operator resets its state. What such a server claims is where the task was to bring it.
 */
const OF_COMPUTES = /^(\S+) in \S+ is still \["\w+","(?:resize_reverting|shelving\w*)"\]$/u;

/**
 * What a server claims whose compute could not even record that its build had failed: its calls timed out one after the
 * other, and a nova-compute stops there (ComputeManager `_do_build_and_run_instance`).
 */
function brokenOff(world: BuildWorld): RegExp[] {
  return world.world.fleet.computes
    .flatMap(({ troubles }) => troubles)
    .filter(({ what, error }) => what === 'build_and_run_instance' && error instanceof MessagingTimeout)
    .map(({ instance }) => new RegExp(`^${instance} (?:claims|is active and claims nothing)`, 'u'));
}

/** What no world may end with, one line each: the ledger, and what only a random world can come to. */
export async function worldLeftOver(world: BuildWorld): Promise<string[]> {
  const lines = [
    ...(await leftOver(world, { letters: HOSTILE })),
    ...world.look(() => [...twice(world), ...overfull(world)]),
  ];
  const stuck = lines.flatMap((line) => OF_COMPUTES.exec(line)?.[1] ?? []);
  const broken = brokenOff(world);
  return lines
    .filter((line) => !broken.some((each) => each.test(line)))
    .filter((line) => !OF_COMPUTES.test(line) && !stuck.some((uuid) => line.startsWith(`${uuid} claims`)));
}

/** No server is recorded in two cells. */
function twice(world: BuildWorld): string[] {
  const seen = new Map<string, string>();
  return ['cell0', ...CELLS.map(({ name }) => name)].flatMap((cell) =>
    world
      .items(`cell-${cell}`)
      .filter(({ sk, hidden }) => sk === 'instance' && hidden !== true)
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

/**
 * Second guests that nobody would know of. A host that was given up while it hung, and goes on, is answered as
 * if it had the server still, so that it harms neither record nor ports: what it does is noted on the record,
 * where `audit` finds it (ADR 18).
 */
export function unknownGuests(world: BuildWorld, seen: readonly string[]): string[] {
  const noted = CELLS.flatMap(({ name }) => world.items(`cell-${name}`))
    .filter(({ sk }) => sk === 'instance')
    .flatMap((item) =>
      Object.keys(item)
        .filter((name) => name.startsWith('op:acted:'))
        .map((name) => ({ uuid: item.pk.slice('instance#'.length), host: name.slice('op:acted:'.length) })),
    );
  return seen.filter((line) => !noted.some(({ uuid, host }) => line.startsWith(uuid) && line.endsWith(` ${host}`)));
}

/** Guests that run where their server is not. */
export const strayGuests = (world: BuildWorld): string[] =>
  CELLS.flatMap(({ name }) => world.items(`cell-${name}`))
    .filter(({ sk, hidden }) => sk === 'instance' && hidden !== true)
    .flatMap((item) => {
      const { uuid, host, deleted } = instanceItem(item);
      return world.world.fleet.computes
        .filter((each) => each.alive && each.guests.has(uuid) && (each.host !== host || deleted))
        .map((each) => `${uuid} runs on ${each.host}, and is on ${host ?? 'no host'}`);
    });

/** Whether a cell keeps a copy of a server that is deleted. */
export const hasOrphanedCopy = (world: BuildWorld): boolean => {
  const rows = CELLS.flatMap(({ name }) => world.items(`cell-${name}`)).filter(
    ({ sk, deleted }) => sk === 'instance' && deleted !== true,
  );
  return [...Map.groupBy(rows, ({ pk }) => pk).values()].some((copies) =>
    copies.every(({ hidden }) => hidden === true),
  );
};
