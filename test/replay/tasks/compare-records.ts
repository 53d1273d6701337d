import { withEvents } from '../../fixtures/with-events.ts';
import { plainText } from '#wire/reading';
import { differencesOf, ABSENT, type Difference } from '../compare.ts';
import { itemsOf } from '../load-items.ts';
import { note } from '../normalise.ts';
import { comparable } from '../replay-world.ts';
import { isClockTime, written } from '../row-values.ts';
import type { Json } from '#ports/json';
import type { Item } from '#ports/tables';
import { PLACEMENT, REQUESTS } from '#records/keys';
import { isLeftover, itemsAsRecorded, ownChange, type Items } from './documented-records.ts';
import type { Side } from './documented-moves.ts';
import type { RecordedTask } from './recorded-task.ts';
import { asInRun } from './as-in-run.ts';
import type { Run } from './task-world.ts';
import type { SqlState } from '../sql-state.ts';

/** What we keep beside the records. */
const BESIDE = new Set<string>([PLACEMENT, REQUESTS]);

/** Keys of our own bookkeeping. */
const BOOKKEEPING = /^(counter|usage|limits|node-name|principal|pulse)(#|$)/;

/**
 * Compares all records. `writes of others`: the recording books every change on a request; where others were open while
 * the task ran, part of a change may be theirs, so that either of the two states counts.
 */
export function compareRecords(recorded: RecordedTask, run: Run): Difference[] {
  const own = comparableItems(itemsOf(stateAfter(recorded, false)));
  const all = comparableItems(itemsOf(stateAfter(recorded, true)));
  const ours = comparableItems(new Map(Object.entries(run.platform.tables.dump())), run);
  const equal = new Set([...own].filter(([key, item]) => isEqual(item, ours.get(key))).map(([key]) => key));
  const differing = (side: Side, items: Items): Items =>
    itemsAsRecorded(recorded, side, new Map([...items].filter(([key]) => !equal.has(key))));
  const [plain, alternative, mine] = [differing('theirs', own), differing('theirs', all), differing('ours', ours)];
  return [...new Set([...plain.keys(), ...mine.keys()])].flatMap((key) => {
    const [expected, other, found] = [plain.get(key), alternative.get(key), mine.get(key)];
    const path = `records.${key}`;
    if (found === undefined || expected === undefined) {
      if (found === other || isLeftover(recorded, key, expected ?? other, found)) return [];
      const theirs = expected ?? other;
      if (theirs === undefined || found === undefined)
        return [{ path, recorded: theirs ?? ABSENT, ours: found ?? ABSENT }];
      note('writes of others');
      return differencesOf(theirs, found, undefined, path);
    }
    return differencesOf(expected, found, undefined, path).filter(({ path: at }) => {
      const name = at.slice(path.length + 1).split(/[.[]/)[0] ?? '';
      const isOfOthers = other !== undefined && isEqual(other[name] ?? null, found[name]);
      if (isOfOthers) note('writes of others');
      return !isOfOthers;
    });
  });
}

const isEqual = (theirs: Json, ours: Json | undefined): boolean =>
  differencesOf(theirs, ours ?? null, undefined).length === 0;

/** The databases as the task left them, with the changes of others or without. */
function stateAfter(recorded: RecordedTask, others: boolean): SqlState {
  const { before, steps, message } = recorded;
  const requestTime = plainText(message['_context_timestamp']);
  return steps.reduce((state, step) => {
    if (step.kind !== 'db' || (step.by === 'others' && !others)) return state;
    if (step.by === 'api' || step.by === 'asked') return state.after(step.change);
    const known = timesIn(state);
    const change = others ? step.change : ownChange(recorded, state, step.change);
    return state.after(change, (value) => (known.has(value) ? value : written(value, requestTime)));
  }, before);
}

/** Tables whose rows are copied into another cell with the times that they have. */
const COPIED = [
  'block_device_mapping',
  'instance_actions',
  'instance_actions_events',
  'instances',
  'migrations',
  'virtual_interfaces',
];

/** The times that rows had before: one that a task writes again is that of a copy. */
const timesIn = (state: SqlState): ReadonlySet<Json> =>
  new Set(
    state.databases.flatMap((database) =>
      COPIED.flatMap((table) => state.rows(database, table).flatMap((row) => Object.values(row).filter(isClockTime))),
    ),
  );

function comparableItems(tables: ReadonlyMap<string, readonly Item[]>, run?: Run): Items {
  const kept = [...tables]
    .filter(([table]) => !BESIDE.has(table))
    .map(([table, items]) => [table, inTurn(withEvents(items).filter(({ sk }) => !BOOKKEEPING.test(sk)))] as const);
  const items = comparable(new Map(kept), undefined);
  return run === undefined ? items : new Map(asInRun([...items], run));
}

/** `events begun again`: one that began before in the same action is known by its turn, since our ids may have gaps. */
function inTurn(items: readonly Item[]): Item[] {
  const turns = new Map<string, number>();
  return items
    .toSorted((one, other) => Number(one['id'] ?? 0) - Number(other['id'] ?? 0))
    .map((item) => {
      const again = /^(event#[^#]+#[^#]+)#.+$/.exec(item.sk)?.[1];
      if (again === undefined) return item;
      const place = `${item.pk} ${again}`;
      const turn = (turns.get(place) ?? 1) + 1;
      turns.set(place, turn);
      note('events begun again');
      return { ...item, sk: `${again}#${turn}`, id: null };
    });
}
