import type { Clock } from '#ports/clock';
import type { Item } from '#ports/tables';
import { changedAtOf } from '#records/items/read';

/** Whole seconds since any of these records changed last. */
export function quietSeconds(clock: Pick<Clock, 'now'>, ...items: readonly (Item | undefined)[]): number {
  const times = items.flatMap((item) => (item === undefined ? [] : [Date.parse(changedAtOf(item))]));
  return Math.floor((clock.now() - Math.max(0, ...times.filter((time) => !Number.isNaN(time)))) / 1000);
}
