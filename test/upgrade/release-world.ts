import { readdirSync, readFileSync } from 'node:fs';
import { exportedItem } from '#cli/deployment/scan';
import { buildCommand } from '#local/demo/requests';
import { worldUser } from '#local/demo/user';
import type { DemoUser } from '#local/demo/demo-world';
import type { DemoFlavor } from '#local/demo/flavors';
import type { Behaviour } from '#local/fleet/behaviour';
import { objectArgument, textField } from '#local/fleet/order';
import type { KeptExecution } from '#local/runner/kept-execution';
import { BuildWorld, CELLS, type BuildWorldOptions } from '../fixtures/build-world.ts';
import type { KeptWorld } from '../fixtures/kept-world.ts';

/** What a release left behind, by its version: test/upgrade/releases/VERSION. */
export const RELEASES = new URL('releases/', import.meta.url);

/** The key of every recorded world. */
export const KEY = new Uint8Array(32).fill(7);

/** What a flavor of the recorded servers takes. */
export const SMALL: DemoFlavor = { id: 11, name: 'm1.small', vcpus: 1, memoryMb: 512, rootGb: 1 };
export const LARGE: DemoFlavor = { id: 12, name: 'm1.large', vcpus: 2, memoryMb: 1024, rootGb: 2 };

/** Of a recorded world: when it was left, and its executions. */
export interface LeftWorld {
  readonly now: number;
  readonly executions: readonly KeptExecution[];
}

/** The versions that were recorded. */
export const recordedReleases = (): string[] => readdirSync(RELEASES).toSorted();

/** What was recorded of a release, read by the code of the tree. */
export function recordedRelease(version: string): { readonly left: LeftWorld; readonly kept: KeptWorld } {
  const folder = new URL(`${version}/`, RELEASES);
  const left: LeftWorld = JSON.parse(readFileSync(new URL('executions.json', folder), 'utf8'));
  const lines = (file: string) =>
    readFileSync(new URL(`tables/${file}`, folder), 'utf8')
      .trimEnd()
      .split('\n');
  const tables = new Map(
    readdirSync(new URL('tables/', folder)).map(
      (file) => [file.replace('.jsonl', ''), lines(file).map(exportedItem)] as const,
    ),
  );
  const journal = { read: () => left.executions, keep: () => undefined };
  return { left, kept: { now: left.now, key: KEY, journal, tables } };
}

/** A deployment with servers in many states, and the user who asks for them. */
export interface ReleaseWorld {
  readonly world: BuildWorld;
  readonly user: DemoUser;
  /** The uuid of a server by its name. */
  readonly uuid: (name: string) => string;
  /** Has servers of these names built, and waits for so many seconds. */
  readonly build: (flavor: DemoFlavor, names: readonly string[], seconds: number) => Promise<void>;
  /** Lets a request of the user come to its end. */
  readonly ask: (request: Promise<unknown>) => Promise<void>;
}

/** Boots such a world, new or as a release left it. */
export async function releaseWorld(options: BuildWorldOptions = {}): Promise<ReleaseWorld> {
  const hosts = HOSTS.map(([cell, host]) => ({ cell, host, shelvedOffloadTime: 0 as const }));
  const world = await BuildWorld.boot({ hosts, ...options });
  return {
    world,
    user: worldUser(world.services, world.client),
    uuid: (name) => uuidOf(world, name),
    build: async (flavor, names, seconds) => {
      const { clock, services } = world;
      await world.publish(buildCommand({ ids: services.ids, clock }, { names, flavor, project: 'p' }));
      await world.clock.advance(seconds * 1000);
    },
    ask: async (request) => {
      await world.clock.runUntil(request, 600_000);
    },
  };
}

/** Two in each cell, so that every server has another host to go to. */
const HOSTS = [
  ['cell1', 'host1'],
  ['cell1', 'host2'],
  ['cell2', 'host3'],
  ['cell2', 'host4'],
] as const;

const HOUR = 3_600_000;

/** Takes an hour for such an order about a server of that name, and carries out all others at once. */
export const slowFor =
  (orders: Readonly<Record<string, string>>): Behaviour =>
  (order) => {
    const name = 'instance' in order.args ? textField(objectArgument(order, 'instance'), 'display_name') : '';
    return orders[name] === order.method ? { delay: HOUR } : 'build';
  };

function uuidOf(world: BuildWorld, name: string): string {
  const rows = ['cell0', ...CELLS.map((cell) => cell.name)].flatMap((cell) => world.items(`cell-${cell}`));
  const found = rows.find(({ sk, display_name }) => sk === 'instance' && display_name === name);
  if (typeof found?.['uuid'] !== 'string') throw new Error(`there is no server ${name}`);
  return found['uuid'];
}
