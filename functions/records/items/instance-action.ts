import { createHash } from 'node:crypto';
import type { JsonMap } from '#ports/json';
import type { Attributes, Item } from '#ports/tables';
import { mapOf, textsOf } from '#wire/reading';
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

/** What is written of an event that begins. */
export function begunEvent(
  name: string,
  { id, event, host, at }: BegunEvent,
  { hosts, process, writer }: Beginner,
): Attributes {
  return {
    [begunAttribute(name)]: {
      id,
      at,
      ...(name === event ? {} : { event }),
      ...(host === null ? {} : { host }),
      ...(writer === undefined ? {} : { by: begunBy(writer) }),
      ...(hosts === undefined ? {} : { hosts: hosts.length === 1 && hosts[0] === host ? true : [...hosts] }),
      ...(hosts === undefined || process === undefined ? {} : { process }),
    },
  };
}

/** What is written of an event that ends. */
export const endedEvent = (name: string, { at, result, details, traceback }: EndedEvent): Attributes => ({
  [ENDED + name]: {
    at,
    result,
    ...(details === null ? {} : { details }),
    ...(traceback === null ? {} : { traceback }),
  },
});

/** Characters of a digest that tell apart who began the events of an action. */
const MARK = 11;

const begunBy = (writer: string): string => createHash('sha256').update(writer).digest('base64url').slice(0, MARK);

/** Whether an event was begun by this writer. */
export const wasBegunBy = (event: Attributes, writer: string): boolean =>
  event[BEGUN_BY] === begunBy(writer) || event[BEGUN_BY] === writer;

/** An event that an action keeps, as an item of its own; undefined when it keeps none of that name. */
export function ownEvent(action: Item, name: string): Item | undefined {
  const begun = action[begunAttribute(name)] ?? null;
  return begun === null ? undefined : eventOf(action, name, mapOf(begun));
}

/** The events that an action keeps, as items of their own, in the order in which they began. */
export function eventsOf(action: Item): Item[] {
  const events = Object.entries(action).flatMap(([attribute, value]) => {
    const name = attribute.startsWith(BEGUN) ? attribute.slice(BEGUN.length) : undefined;
    return name === undefined ? [] : [eventOf(action, name, mapOf(value))];
  });
  return events.toSorted((one, other) => Number(one['id']) - Number(other['id']));
}

function eventOf(action: Item, name: string, begun: JsonMap): Item {
  const { id = null, at: begunAt = null, event = name, host = null, by = null, hosts, process } = begun;
  const { at = null, result = null, details = null, traceback = null } = mapOf(action[ENDED + name]);
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
    result,
    traceback,
    details,
    host,
    [BEGUN_BY]: by,
    ...(hosts === undefined ? {} : { [SPEAKERS]: hosts === true ? [host] : hosts }),
    ...(process === undefined ? {} : { [PROCESS]: process }),
  };
}

/**
 * What an action keeps of how its events began, each under the number that it is given, in the order in which they began;
 * without who began them.
 */
export async function renumberedEvents(action: Item, number: (name: string) => Promise<number>): Promise<Attributes> {
  const renumbered: Record<string, Attributes> = {};
  for (const item of eventsOf(action)) {
    const { event, start_time: at, host } = eventItem(item);
    const name = item.sk.slice(eventKeyOf(action, '').sk.length);
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
