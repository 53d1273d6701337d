import type { Clock } from '#ports/clock';
import type { Tables } from '#ports/tables';
import { cellMappingKey, MAPPINGS } from '#records/keys';
import { cellMappingItem } from '#records/items/mapping';

const KEEP_MILLISECONDS = 60_000;

/** Whether cells are disabled, kept for up to a minute. */
export class Cells {
  readonly #tables: Tables;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #kept = new Map<string, { readonly read: number; readonly disabled: boolean }>();

  constructor(tables: Tables, clock: Pick<Clock, 'now'>) {
    this.#tables = tables;
    this.#clock = clock;
  }

  /** Which of these cells take no new servers. */
  async disabled(uuids: Iterable<string>): Promise<ReadonlySet<string>> {
    const now = this.#clock.now();
    const asked = [...new Set(uuids)];
    const old = asked.filter((uuid) => now - (this.#kept.get(uuid)?.read ?? -Infinity) >= KEEP_MILLISECONDS);
    if (old.length > 0) {
      const items = await this.#tables.batchGet(old.map((uuid) => ({ table: MAPPINGS, key: cellMappingKey(uuid) })));
      for (const [at, uuid] of old.entries()) {
        const item = items[at];
        this.#kept.set(uuid, { read: now, disabled: item !== undefined && cellMappingItem(item).disabled });
      }
    }
    return new Set(asked.filter((uuid) => this.#kept.get(uuid)?.disabled));
  }
}
