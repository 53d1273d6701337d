import { differencesOf, ABSENT, type Difference } from '../compare.ts';
import { itemsOf } from '../load-items.ts';
import { comparable } from '../replay-world.ts';
import { written } from '../row-values.ts';
import type { Json } from '#ports/json';
import type { Item } from '#ports/tables';
import { PLACEMENT, REQUESTS } from '#records/keys';
import { itemsAsRecorded } from './documented.ts';
import type { RecordedTask } from './recorded-task.ts';
import { withRunTimes } from './run-times.ts';
import type { Run } from './task-world.ts';
import type { SqlState } from '../sql-state.ts';

/** What we keep beside the records. */
const BESIDE = new Set<string>([PLACEMENT, REQUESTS]);

/** Keys of our own bookkeeping. */
const BOOKKEEPING = /^(counter|usage|limits|principal)(#|$)/;

type Items = Map<string, Record<string, Json>>;

/**
 * Compares all records. The recording books every change on a request; where others were open while the task ran, part
 * of a change may be theirs, so that either of the two states counts.
 */
export function compareRecords(recorded: RecordedTask, run: Run): Difference[] {
  const own = comparableItems(itemsOf(stateAfter(recorded, false)));
  const all = comparableItems(itemsOf(stateAfter(recorded, true)));
  const ours = comparableItems(new Map(Object.entries(run.ground.tables.dump())), run);
  const [told, alternative, mine] = itemsAsRecorded(recorded, own, all, ours);
  return [...new Set([...told.keys(), ...mine.keys()])].flatMap((key) => {
    const [expected, other, found] = [told.get(key), alternative.get(key), mine.get(key)];
    const path = `records.${key}`;
    if (found === undefined || expected === undefined) {
      if (found === other) return [];
      const theirs = expected ?? other;
      if (theirs === undefined || found === undefined)
        return [{ path, recorded: theirs ?? ABSENT, ours: found ?? ABSENT }];
      return differencesOf(theirs, found, undefined, path);
    }
    return differencesOf(expected, found, undefined, path).filter(({ path: at }) => {
      const name = at.slice(path.length + 1).split(/[.[]/)[0] ?? '';
      return other === undefined || differencesOf(other[name] ?? null, found[name] ?? null, undefined).length > 0;
    });
  });
}

/** The databases as the task left them, with the changes of others or without. */
function stateAfter({ before, steps, message }: RecordedTask, others: boolean): SqlState {
  const requestTime = String(message['_context_timestamp']);
  return steps.reduce((state, step) => {
    if (step.kind !== 'db' || (step.by === 'others' && !others)) return state;
    return step.by === 'api'
      ? state.after(step.change)
      : state.after(step.change, (value) => written(value, requestTime));
  }, before);
}

function comparableItems(tables: ReadonlyMap<string, readonly Item[]>, run?: Run): Items {
  const kept = [...tables]
    .filter(([table]) => !BESIDE.has(table))
    .map(([table, items]) => [table, items.filter(({ sk }) => !BOOKKEEPING.test(sk))] as const);
  const items = comparable(new Map(kept), undefined);
  return run === undefined ? items : new Map([...items].map(([key, item]) => [key, withRunTimes(item, run)]));
}
