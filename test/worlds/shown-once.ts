import type { Platform } from '#local/emulation/world';
import { cellTable } from '#records/keys';
import { watchingAll } from '../fixtures/watching.ts';
import { CELLS, type BuildWorld } from '../fixtures/build-world.ts';

/** What may change which cell shows a server. */
const WRITES: ReadonlySet<string> = new Set(['delete', 'put', 'update']);

const isInstance = (arg: unknown): boolean =>
  typeof arg === 'object' && arg !== null && 'sk' in arg && arg.sk === 'instance';

/** Sees, at every write, servers that two cells show, or none. */
export class ShownOnce {
  #world: BuildWorld | undefined;
  readonly seen = new Set<string>();

  watch(world: BuildWorld): void {
    this.#world = world;
  }

  readonly adapters = (adapters: Platform['adapters']): Platform['adapters'] => ({
    ...adapters,
    tables: watchingAll(adapters.tables, async (method, args, run) => {
      const result = await run();
      if (method === 'transact' || (WRITES.has(method) && args.some(isInstance))) this.#look();
      return result;
    }),
  });

  #look(): void {
    const rows = CELLS.flatMap(({ name }) => this.#world?.items(cellTable(name)) ?? []).filter(
      ({ sk, deleted }) => sk === 'instance' && deleted !== true,
    );
    for (const [pk, copies] of Map.groupBy(rows, (item) => item.pk)) {
      const count = copies.filter(({ hidden }) => hidden !== true).length;
      if (count > 1 || (count === 0 && copies.length > 1)) this.seen.add(`${pk} was shown by ${count} cells`);
    }
  }
}
