import { lookedUp } from '#records/lookup';
import * as v from 'valibot';
import { InstanceActionEventNotFound, InstanceActionNotFound } from '#errors';
import { InstanceActionEvent, InstanceActionEventList } from '#objects/instance/instance-action-event';
import { absent, all, exists, oneOf } from '#ports/conditions';
import {
  TransactionRefused,
  type Action,
  type Attributes,
  type Item,
  type Key,
  type AttributesOf,
} from '#ports/tables';
import { allPages } from '#records/all-pages';
import { isConcerned, mayNot } from '#records/authority/conditions';
import { tableOf } from '#records/cell-table';
import { newborn } from '#records/create-record';
import { actionsOf } from './instance-action.ts';
import { actionKey, eventKey, instanceKey } from '#records/keys';
import { givenUpHosts } from '#records/items/given-up';
import { flag, integer, optionalText, text } from '#records/arguments';
import { begunOn, actionItem, type EventItem } from '#records/items/instance-action';
import { API_ONLY, attendsAs, byCondition } from '#records/authority/rules';
import type { RecordMethods, Records } from '#records/method';
import { classMethod } from '#records/remotable-method';
import { textColumn } from '#records/column-text';
import { present } from '#records/stamp';
import { loadObject } from '#records/stored-object';
import { idOf } from '#records/items/read';
import { byId } from '#records/by-id';

/** The message that began an event: a repeat begins it once. */
const BEGUN_BY = 'op:begun-by';

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

/**
 * The action that events of this context belong to: that of its request, whose `updated_at` follows its events; for a
 * context without a project the newest one, which is left as it is.
 *
 * @throws InstanceActionNotFound
 */
async function actionOf(records: Records, uuid: string): Promise<{ requestId: string; touch: boolean }> {
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
 * Begins an event, in one transaction with its action's time. An event of the same name that began before in the same
 * action keeps its record; the new one gets another.
 *
 * @throws InstanceActionNotFound
 */
export async function startEvent(records: Records, facts: EventFacts): Promise<Item> {
  const { requestId, touch } = await actionOf(records, facts.uuid);
  const now = present(records);
  const id = await records.counter.nextId(records.tables, tableOf(records), 'instance_actions_events');
  const attributes: Attributes = {
    ...newborn(records),
    id,
    event: facts.event,
    start_time: now,
    finish_time: null,
    result: null,
    traceback: null,
    details: null,
    host: facts.host,
    [BEGUN_BY]: records.writer ?? null,
    ...begunOn(records),
  };
  const first = eventKey(facts.uuid, requestId, facts.event);
  const before = await beginAt(records, facts.uuid, requestId, touch, first, attributes);
  if (before === undefined) return { ...first, ...attributes };
  if (records.writer !== undefined && before[BEGUN_BY] === records.writer) return before;
  const again = eventKey(facts.uuid, requestId, `${facts.event}#${records.writer ?? id}`);
  return (await beginAt(records, facts.uuid, requestId, touch, again, attributes)) ?? { ...again, ...attributes };
}

/** Answers the event that lies there already; undefined when this one was put. */
async function beginAt(
  records: Records,
  uuid: string,
  requestId: string,
  touch: boolean,
  key: Key,
  attributes: Attributes,
): Promise<Item | undefined> {
  const table = tableOf(records);
  try {
    await records.tables.transact([
      touchAction(records, uuid, requestId, touch, {}),
      { kind: 'put', table, item: { ...attributes, ...key }, condition: absent },
    ]);
    return undefined;
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    if (error.refusals[0] !== undefined) throw notFound(records, uuid);
    return error.refusals[1]?.item ?? { ...attributes, ...key };
  }
}

function touchAction(records: Records, uuid: string, requestId: string, touch: boolean, set: Attributes): Action {
  const table = tableOf(records);
  const key = actionKey(uuid, requestId);
  const changes = { ...set, ...(touch ? { updated_at: present(records) } : {}) };
  return Object.keys(changes).length === 0
    ? { kind: 'check', table, key, condition: exists }
    : { kind: 'update', table, key, update: { set: changes }, condition: exists };
}

/**
 * Ends the first event of that name in the action, which takes the message `Error` over when it failed. A host that is
 * no longer at work on the server, nor asked about it, may end what it began itself, and leaves the action as it is; one
 * that was given up may not even that.
 *
 * @throws InstanceActionNotFound, InstanceActionEventNotFound, Forbidden
 */
export async function finishEvent(records: Records, outcome: EventOutcome): Promise<Item> {
  const { uuid, event, traceback, details } = outcome;
  const { requestId, touch } = await actionOf(records, uuid);
  const now = present(records);
  const failed = traceback !== null;
  const set = {
    finish_time: now,
    updated_at: now,
    result: failed ? 'Error' : 'Success',
    ...(failed ? { traceback: textColumn(traceback), details: details?.slice(0, MOST_DETAILS) ?? null } : {}),
  } satisfies AttributesOf<EventItem>;
  const key = eventKey(uuid, requestId, event);
  const atWork = await isInstanceOurs(records, uuid);
  const touched = touchAction(records, uuid, requestId, touch, failed ? { message: 'Error' } : {});
  const begun = atWork ? exists : all(exists, oneOf<EventItem>('host', records.hosts ?? []));
  try {
    await records.tables.transact([
      atWork ? touched : { kind: 'check', table: tableOf(records), key: actionKey(uuid, requestId), condition: exists },
      { kind: 'update', table: tableOf(records), key, update: { set }, condition: begun },
    ]);
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    if (error.refusals[0] !== undefined) throw notFound(records, uuid);
    if (!atWork && error.refusals[1]?.item !== undefined)
      throw mayNot(records.hosts ?? [], `end an event of instance ${uuid}: another host began it`);
    const action = await records.tables.get(tableOf(records), actionKey(uuid, requestId));
    throw new InstanceActionEventNotFound({ action_id: action === undefined ? 0 : idOf(action), event });
  }
  return { ...key, ...set };
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

/** An event object wants the id of its action, which is read with it. */
async function asObject(records: Records, uuid: string, requestId: string, key: Key): Promise<unknown> {
  const [action, event] = await records.tables.batchGet([
    { table: tableOf(records), key: actionKey(uuid, requestId) },
    { table: tableOf(records), key },
  ]);
  return loadObject(InstanceActionEvent, { ...event, action_id: action === undefined ? null : actionItem(action).id });
}

/** What every method on an event is given: the server, the event's name, and whether it is wanted as an object. */
const NAMED = { instance_uuid: text, event_name: text };
const WANTED = { want_result: v.optional(flag, true) };

interface Wanted {
  readonly instance_uuid: string;
  readonly want_result: boolean;
}

async function answer(records: Records, { instance_uuid: uuid, want_result }: Wanted, item: Item): Promise<unknown> {
  if (!want_result) return null;
  const { requestId } = await actionOf(records, uuid);
  return asObject(records, uuid, requestId, { pk: item.pk, sk: item.sk });
}

async function eventsOfAction(records: Records, actionId: number): Promise<Item[]> {
  const items = await lookedUp(records.tables, tableOf(records), [`action-id#${actionId}`]);
  const [action] = items.map(actionItem);
  if (action === undefined) return [];
  return allPages(records.tables, tableOf(records), {
    partition: instanceKey(action.instance_uuid).pk,
    sortPrefix: `event#${action.request_id}#`,
  });
}

/** Nova answers no event here unless it is asked for one. */
const FAILURE = { ...NAMED, exc_val: optionalText, exc_tb: optionalText, want_result: v.optional(flag, null) };

export const instanceActionEvent: RecordMethods = {
  class: {
    event_start: classMethod(
      { schema: { ...NAMED, ...WANTED, host: optionalText }, authority: attendsAs('instance_uuid', 'host') },
      async (records, args) => {
        const { instance_uuid: uuid, event_name: event, host } = args;
        return answer(records, args, await startEvent(records, { uuid, event, host }));
      },
    ),
    event_finish_with_failure: classMethod(
      { schema: FAILURE, authority: byCondition('event') },
      async (records, args) => {
        const { instance_uuid: uuid, event_name: event, exc_val: details, exc_tb: traceback } = args;
        return answer(records, args, await finishEvent(records, { uuid, event, details, traceback }));
      },
    ),
    event_finish: classMethod(
      { schema: { ...NAMED, ...WANTED }, authority: byCondition('event') },
      async (records, args) => {
        const { instance_uuid: uuid, event_name: event } = args;
        return answer(records, args, await finishEvent(records, { uuid, event, details: null, traceback: null }));
      },
    ),
    get_by_id: classMethod(
      { schema: { action_id: integer, event_id: integer }, authority: API_ONLY },
      async (records, { action_id, event_id }) => {
        const event = (await eventsOfAction(records, action_id)).find((item) => idOf(item) === event_id);
        return event === undefined ? null : loadObject(InstanceActionEvent, { ...event, action_id });
      },
    ),
  },
};

export const instanceActionEventList: RecordMethods = {
  class: {
    get_by_action: classMethod(
      { schema: { action_id: integer }, authority: API_ONLY },
      async (records, { action_id }) => {
        const events = await eventsOfAction(records, action_id);
        const newest = byId(events).toReversed();
        return InstanceActionEventList.load({
          objects: newest.map((event) => loadObject(InstanceActionEvent, { ...event, action_id })),
        });
      },
    ),
  },
};
