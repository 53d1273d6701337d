import { createHash } from 'node:crypto';
import { isoSeconds } from '#conductor/time';
import type { Json } from '#ports/json';
import type { Attributes, Item } from '#ports/tables';
import { listOf, textOrNull, textsOf } from '#wire/reading';
import { finiteNumber, nonEmptyText } from './read.ts';

/** An action on a server. */
export type ActionItem = ReturnType<typeof actionItem>;

/** Reads the item of an instance action, which lies beside its server; times are `YYYY-MM-DDTHH:MM:SSZ`. */
export function actionItem(item: Attributes) {
  return {
    id: finiteNumber(item['id']),
    instance_uuid: nonEmptyText(item['instance_uuid']) ?? '',
    action: nonEmptyText(item['action']) ?? '',
    request_id: nonEmptyText(item['request_id']) ?? '',
    message: nonEmptyText(item['message']) ?? '',
    created_at: nonEmptyText(item['created_at']) ?? '',
    start_time: nonEmptyText(item['start_time']) ?? '',
    finish_time: nonEmptyText(item['finish_time']),
  };
}

/** The hosts that the speaker who began an event stands for, and which process of theirs it was. */
const SPEAKERS = 'op:speakers';
const PROCESS = 'op:process';

/** What began an event: a repeat begins it once. */
const BEGUN_BY = 'op:begun-by';

/** Who begins an event; our own events are begun by nobody. */
interface Beginner {
  readonly hosts?: readonly string[] | undefined;
  readonly process?: string | undefined;
  readonly writer?: string | undefined;
}

/** An event as it is begun, and as it ended. Times are `YYYY-MM-DDTHH:MM:SSZ`. */
interface BegunEvent {
  readonly id: number;
  readonly event: string;
  readonly host: string | null;
  readonly at: string;
}
interface EndedEvent {
  readonly at: string;
  readonly result: 'Error' | 'Success';
  readonly details: string | null;
  readonly traceback: string | null;
}

/** Where an action keeps its events: one attribute for what begins them, one for what ends them. */
const [BEGUN, ENDED] = ['event:', 'ended:'] as const;

/** The attribute of an event that has begun. @param name - its own, or one that distinguishes it from others of that */
export const begunAttribute = (name: string): string => BEGUN + name;

/** Whether an attribute of an action is of one of its events. */
export const isEventAttribute = (name: string): boolean => name.startsWith(BEGUN) || name.startsWith(ENDED);

/**
 * Whole seconds since the epoch: every write of an action is charged for the texts of its
 * times. A text that is no time stays.
 */
function secondsOf(at: string): Json {
  const milliseconds = Date.parse(at);
  return Number.isFinite(milliseconds) ? Math.floor(milliseconds / 1000) : at;
}
const timeOf = (kept: Json | undefined): string | null =>
  typeof kept === 'number' ? isoSeconds(kept * 1000) : textOrNull(kept);

/** What is written of an event that begins: a list without names, which ends with the last that it has. */
export function begunEvent(
  name: string,
  { id, event, host, at }: BegunEvent,
  { hosts, process, writer }: Beginner,
): Attributes {
  const begun: Json[] = [
    id,
    secondsOf(at),
    host,
    writer === undefined ? null : markOf(writer),
    hosts?.length === 1 && hosts[0] === host ? true : hosts === undefined ? null : [...hosts],
    hosts === undefined || process === undefined ? null : markOf(process),
    name === event ? null : event,
  ];
  return { [begunAttribute(name)]: begun.slice(0, begun.findLastIndex((value) => value !== null) + 1) };
}

/** What is written of an event that ends: its time, and how it failed. */
export const endedEvent = (name: string, { at, result, details, traceback }: EndedEvent): Attributes => ({
  [ENDED + name]: result === 'Success' ? [secondsOf(at)] : [secondsOf(at), details, traceback],
});

/** What makes room in an action that is full: the tracebacks of its events that ended, cut to so many characters. */
export const withShortTracebacks = (action: Attributes, most: number): Attributes =>
  Object.fromEntries(
    Object.entries(action).flatMap(([attribute, value]) => {
      if (!attribute.startsWith(ENDED)) return [];
      const [endedAt = null, details = null, traceback = null] = listOf(value);
      if (typeof traceback !== 'string' || traceback.length <= most) return [];
      return [[attribute, [endedAt, details, traceback.slice(0, most)]]];
    }),
  );

/** Characters of a digest that distinguish who began the events of an action. */
const MARK = 11;

/** What an event keeps of who began it, and of the process that did. */
export const markOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, MARK);

/** Whether an event was begun by this writer. */
export const wasBegunBy = (event: Attributes, writer: string): boolean =>
  event[BEGUN_BY] === markOf(writer) || event[BEGUN_BY] === writer;

/** An event that an action keeps, as an item of its own; undefined when it keeps none of that name. */
export function ownEvent(action: Item, name: string): Item | undefined {
  const begun = action[begunAttribute(name)] ?? null;
  return begun === null ? undefined : eventOf(action, name, listOf(begun));
}

/** The events that an action keeps, as items of their own, in the order in which they began. */
export const eventsOf = (action: Item): Item[] => namedEvents(action).map(([, event]) => event);

/** The same, each behind the name by which the action keeps it. */
export function namedEvents(action: Item): [name: string, event: Item][] {
  const events = Object.entries(action).flatMap(([attribute, value]): [string, Item][] => {
    const name = attribute.startsWith(BEGUN) ? attribute.slice(BEGUN.length) : undefined;
    return name === undefined ? [] : [[name, eventOf(action, name, listOf(value))]];
  });
  return events.toSorted(([, one], [, other]) => Number(one['id']) - Number(other['id']));
}

function eventOf(action: Item, name: string, begun: readonly Json[]): Item {
  const [id = null, beganAt, host = null, by = null, hosts = null, process = null, event = name] = begun;
  const ended = listOf(action[ENDED + name]);
  const [endedAt, details = null, traceback = null] = ended;
  const [begunAt, at] = [timeOf(beganAt), timeOf(endedAt)];
  return {
    ...eventKeyOf(action, name),
    created_at: begunAt,
    updated_at: at,
    deleted_at: null,
    deleted: false,
    id,
    event,
    start_time: begunAt,
    finish_time: at,
    result: at === null ? null : ended.length === 1 ? 'Success' : 'Error',
    traceback,
    details,
    host,
    [BEGUN_BY]: by,
    ...(hosts === null ? {} : { [SPEAKERS]: hosts === true ? [host] : hosts }),
    ...(process === null ? {} : { [PROCESS]: process }),
  };
}

/**
 * What an action keeps of how its events began, each under the number that it is given, in the order in which they
 * began; without who began them.
 */
export async function renumberedEvents(action: Item, number: (name: string) => Promise<number>): Promise<Attributes> {
  const renumbered: Record<string, Attributes> = {};
  for (const [name, item] of namedEvents(action)) {
    const { event, start_time: at, host } = eventItem(item);
    Object.assign(renumbered, begunEvent(name, { id: await number(name), event, host, at }, {}));
  }
  return renumbered;
}

/** The key that an event has as an item of its own. */
const eventKeyOf = ({ pk, sk }: Item, name: string) => ({ pk, sk: `event#${sk.slice(sk.indexOf('#') + 1)}#${name}` });

/** An event of an action. */
export type EventItem = ReturnType<typeof eventItem>;

/** Reads the item of an event of an instance action; times are `YYYY-MM-DDTHH:MM:SSZ`. */
export function eventItem(item: Attributes) {
  return {
    id: finiteNumber(item['id']),
    event: nonEmptyText(item['event']) ?? '',
    result: nonEmptyText(item['result']) ?? '',
    host: nonEmptyText(item['host']),
    start_time: nonEmptyText(item['start_time']) ?? '',
    finish_time: nonEmptyText(item['finish_time']),
    /** Hosts whose compute began it; empty for events of our own. */
    speakers: textsOf(item[SPEAKERS]),
    process: nonEmptyText(item[PROCESS]),
  };
}
