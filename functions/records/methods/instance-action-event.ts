import { InstanceActionEventNotFound, InstanceActionNotFound } from '#errors';
import { all, equals, exists, not, type Condition } from '#ports/conditions';
import { ConditionFailed, ItemTooLarge, type Attributes, type Item, type Key, type RecordKey } from '#ports/tables';
import { isConcerned, mayNot } from '#records/authority/conditions';
import { tableOf } from '#records/cell-table';
import { TEXT_BYTES, textColumn } from '#records/column-text';
import { givenUpHosts } from '#records/items/given-up';
import {
  actionItem,
  begunAttribute,
  begunEvent,
  endedEvent,
  eventItem,
  namedEvents,
  ownEvent,
  wasBegunBy,
  withShortTracebacks,
  type ActionItem,
} from '#records/items/instance-action';
import { idOf } from '#records/items/read';
import { actionKey, instanceKey } from '#records/keys';
import type { Records } from '#records/method';
import { present } from '#records/stamp';
import { actionsOf } from './instance-action.ts';

/** Characters that Nova's column of details holds. */
const MOST_DETAILS = 255;

/** An event as it is begun: its name, and the host that works on it. */
export interface EventFacts {
  readonly uuid: string;
  readonly event: string;
  readonly host: string | null;
}

/** How an event ended: with a traceback it failed. */
export interface EventOutcome {
  readonly uuid: string;
  readonly event: string;
  readonly details: string | null;
  readonly traceback: string | null;
}

/** The request of an action, and whether its time follows its events. */
interface EventAction {
  readonly requestId: string;
  readonly touch: boolean;
}

/**
 * The action that events of this context belong to: that of its request, whose `updated_at` follows its events; for a
 * context without a project the newest one, which is left as it is.
 *
 * @throws InstanceActionNotFound
 */
async function actionOf(records: Records, uuid: string): Promise<EventAction> {
  const { context } = records;
  if (context.project_id !== null && context.project_id !== '') {
    return { requestId: context.request_id, touch: true };
  }
  const own = await records.tables.get(tableOf(records), actionKey(uuid, context.request_id));
  if (own !== undefined) return { requestId: context.request_id, touch: true };
  const [newest] = await actionsOf(records, uuid);
  if (newest === undefined) throw notFound(records, uuid);
  return { requestId: actionItem(newest).request_id, touch: false };
}

const notFound = (records: Records, uuid: string): Error =>
  new InstanceActionNotFound({ request_id: records.context.request_id, instance_uuid: uuid });

/**
 * Begins an event, in the item of its action and with its time. An event of the same name that began before in the same
 * action keeps its record; the new one gets another.
 *
 * @throws InstanceActionNotFound
 */
export async function startEvent(records: Records, facts: EventFacts): Promise<Item> {
  return eventIn(await beginEvent(records, facts));
}

/**
 * Begins several events of one action in one write; answers false, and has begun none, where one of them began before.
 *
 * @throws InstanceActionNotFound
 */
export async function startEvents(
  records: Records,
  uuid: string,
  events: readonly string[],
  host: string | null,
): Promise<boolean> {
  const { requestId, touch } = await actionOf(records, uuid);
  const at = present(records);
  const table = tableOf(records);
  const begun: Attributes[] = [];
  for (const event of events) {
    const id = await records.counter.nextId(records.tables, table, 'instance_actions_events');
    begun.push(begunEvent(event, { id, event, host, at }, records));
  }
  const set = Object.assign({}, ...begun, touch ? { updated_at: at } : {});
  const free = all(exists, ...events.map((event) => equals(begunAttribute(event), null)));
  try {
    await updateAction(records, actionKey(uuid, requestId), set, free);
    return true;
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    if (error.item === undefined) throw notFound(records, uuid);
    return false;
  }
}

/** An action's item, and which of its events is meant. */
export interface InAction {
  readonly action: Item;
  readonly name: string;
}

export async function beginEvent(records: Records, { uuid, event, host }: EventFacts): Promise<InAction> {
  const of = await actionOf(records, uuid);
  const id = await records.counter.nextId(records.tables, tableOf(records), 'instance_actions_events');
  const begin = (name: string): Promise<InAction> =>
    beginAs(records, uuid, of, name, begunEvent(name, { id, event, host, at: present(records) }, records));
  const first = await begin(event);
  const { writer } = records;
  if (idOf(eventIn(first)) === id || (writer !== undefined && wasBegunBy(eventIn(first), writer))) return first;
  return begin(`${event}#${writer ?? id}`);
}

/** The action with the event of that name: the one that is given, or the one that began before. */
async function beginAs(
  records: Records,
  uuid: string,
  { requestId, touch }: EventAction,
  name: string,
  begun: Attributes,
): Promise<InAction> {
  const set = { ...begun, ...(touch ? { updated_at: present(records) } : {}) };
  const free = all(exists, equals(begunAttribute(name), null));
  try {
    return { action: await updateAction(records, actionKey(uuid, requestId), set, free), name };
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    if (error.item === undefined) throw notFound(records, uuid);
    return { action: error.item, name };
  }
}

/** The item of an event. */
export function eventIn({ action, name }: InAction): Item {
  const event = ownEvent(action, name);
  if (event === undefined) throw new TypeError(`an action has no event ${name}`);
  return event;
}

/**
 * Ends the first event of that name in the action, which takes the message `Error` over when it failed. A host that is
 * no longer at work on the server, nor asked about it, ends what it began itself, and leaves the action as it is: one
 * that is refused after it has asked for another host deletes that host's claim. One that was given up may not even that.
 *
 * @throws InstanceActionNotFound, InstanceActionEventNotFound, Forbidden
 */
export async function finishEvent(records: Records, outcome: EventOutcome): Promise<Item> {
  return eventIn(await endEvent(records, outcome));
}

export async function endEvent(records: Records, outcome: EventOutcome): Promise<InAction> {
  const { uuid, event } = outcome;
  const { requestId, touch } = await actionOf(records, uuid);
  const key = actionKey(uuid, requestId);
  const atWork = await isInstanceOurs(records, uuid);
  const name = atWork ? event : await begunByOwn(records, uuid, key, event);
  const ended = endOf(records, outcome);
  const changes = (end: Ended): Attributes => ({ ...endedEvent(name, end), ...(atWork ? touchedBy(end, touch) : {}) });
  const begun = all(exists, not(equals(begunAttribute(name), null)));
  try {
    return { action: await writeEnd(records, key, ended, changes, begun), name };
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    if (error.item === undefined) throw notFound(records, uuid);
    throw new InstanceActionEventNotFound({ action_id: idOf(error.item), event });
  }
}

type Ended = Parameters<typeof endedEvent>[1];

function endOf(records: Records, { details, traceback }: Omit<EventOutcome, 'uuid' | 'event'>): Ended {
  const at = present(records);
  if (traceback === null) return { at, result: 'Success', traceback: null, details: null };
  return { at, result: 'Error', traceback, details: details?.slice(0, MOST_DETAILS) ?? null };
}

const touchedBy = ({ at, result }: Ended, touch: boolean): Attributes => ({
  ...(touch ? { updated_at: at } : {}),
  ...(result === 'Error' ? { message: 'Error' } : {}),
});

/**
 * Ends several events of our own of one action in one write; answers false, and has ended none, where
 * one of them did not begin there.
 *
 * @throws InstanceActionNotFound
 */
export async function finishEvents(
  records: Records,
  { uuid, events, ...outcome }: Omit<EventOutcome, 'event'> & { readonly events: readonly string[] },
): Promise<boolean> {
  const { requestId, touch } = await actionOf(records, uuid);
  const ended = endOf(records, outcome);
  const changes = (end: Ended): Attributes =>
    Object.assign({}, ...events.map((event) => endedEvent(event, end)), touchedBy(end, touch));
  const begun = all(exists, ...events.map((event) => not(equals(begunAttribute(event), null))));
  try {
    await writeEnd(records, actionKey(uuid, requestId), ended, changes, begun);
    return true;
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    return false;
  }
}

/**
 * Characters to which tracebacks are cut, one after the other, where an action with all its events would be larger than
 * an item may be.
 */
const SHORTER = [1024, 0];

/**
 * Changes an action. One that is full makes room: what its events that ended keep of their tracebacks is cut.
 *
 * @throws ConditionFailed
 */
async function updateAction(
  records: Records,
  key: RecordKey<ActionItem>,
  set: Attributes,
  condition: Condition,
): Promise<Item> {
  const { tables } = records;
  const table = tableOf(records);
  const write = async (): Promise<Item> => (await tables.update(table, key, { set }, condition)).item;
  for (const most of SHORTER) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof ItemTooLarge)) throw error;
      const room = withShortTracebacks((await tables.get(table, key)) ?? {}, most);
      if (Object.keys(room).length > 0) await tables.update(table, key, { set: room }, exists);
    }
  }
  return write();
}

/** Writes how events of an action end, with as much of a traceback as there is room for. @throws ConditionFailed */
async function writeEnd(
  records: Records,
  key: RecordKey<ActionItem>,
  ended: Ended,
  changes: (ended: Ended) => Attributes,
  condition: Condition,
): Promise<Item> {
  const { traceback } = ended;
  if (traceback !== null) {
    try {
      const set = changes({ ...ended, traceback: textColumn(traceback, TEXT_BYTES) });
      return (await records.tables.update(tableOf(records), key, { set }, condition)).item;
    } catch (error) {
      if (!(error instanceof ItemTooLarge)) throw error;
    }
  }
  const [least = 0] = SHORTER;
  const shorter = traceback === null ? null : textColumn(traceback, least);
  return updateAction(records, key, changes({ ...ended, traceback: shorter }), condition);
}

/**
 * By which name the action keeps the last event of that name that the caller began, a host that is no longer at work on
 * the server.
 *
 * @throws Forbidden where other hosts began all of them
 */
async function begunByOwn(records: Records, uuid: string, key: Key, event: string): Promise<string> {
  const hosts = records.hosts ?? [];
  const action = await records.tables.get(tableOf(records), key);
  const begun = action === undefined ? [] : namedEvents(action).filter(([, item]) => eventItem(item).event === event);
  const own = begun.findLast(([, item]) => hosts.some((host) => host === eventItem(item).host));
  if (own === undefined && begun.length > 0)
    throw mayNot(hosts, `end an event of instance ${uuid}: another host began it`);
  return own?.[0] ?? event;
}

/** Whether the caller is no host, or is at work on the server or asked about it. */
async function isInstanceOurs(records: Records, uuid: string): Promise<boolean> {
  const { hosts } = records;
  if (hosts === undefined) return true;
  const instance = await records.tables.get(tableOf(records), instanceKey(uuid));
  if (instance === undefined || isConcerned(instance, hosts)) return instance !== undefined;
  if (givenUpHosts(instance).some(({ host }) => hosts.includes(host)))
    throw mayNot(hosts, `end an event of instance ${uuid}: it was given up`);
  return false;
}
