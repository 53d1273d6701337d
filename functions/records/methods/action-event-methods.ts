import * as v from 'valibot';
import { InstanceActionEvent, InstanceActionEventList } from '#objects/instance/instance-action-event';
import type { Item } from '#ports/tables';
import { flag, integer, optionalText, text } from '#records/arguments';
import { API_ONLY, attendsAs, byCondition } from '#records/authority/rules';
import { byId } from '#records/by-id';
import { tableOf } from '#records/cell-table';
import { actionItem, eventsOf } from '#records/items/instance-action';
import { idOf } from '#records/items/read';
import { lookedUp } from '#records/lookup';
import type { RecordMethods, Records } from '#records/method';
import { classMethod } from '#records/remotable-method';
import { loadObject } from '#records/stored-object';
import { beginEvent, endEvent, eventIn, type InAction } from './instance-action-event.ts';
import { maskedText } from '#wire/masked-text';

/** What every method on an event is given: the server, the event's name, and whether it is wanted as an object. */
const NAMED = { instance_uuid: text, event_name: text };
const WANTED = { want_result: v.optional(flag, true) };

interface Wanted {
  readonly instance_uuid: string;
  readonly want_result: boolean;
}

/** An event object wants the id of its action. */
function answer({ want_result }: Wanted, event: InAction): unknown {
  if (!want_result) return null;
  return loadObject(InstanceActionEvent, { ...eventIn(event), action_id: actionItem(event.action).id });
}

async function eventsOfAction(records: Records, actionId: number): Promise<Item[]> {
  const [found] = await lookedUp(records.tables, tableOf(records), [`action-id#${actionId}`]);
  return found === undefined ? [] : eventsOf(found);
}

/** Nova answers no event here unless it is asked for one. */
const FAILURE = { ...NAMED, exc_val: optionalText, exc_tb: optionalText, want_result: v.optional(flag, null) };

export const instanceActionEvent: RecordMethods = {
  class: {
    event_start: classMethod(
      { schema: { ...NAMED, ...WANTED, host: optionalText }, authority: attendsAs('instance_uuid', 'host') },
      async (records, args) => {
        const { instance_uuid: uuid, event_name: event, host } = args;
        return answer(args, await beginEvent(records, { uuid, event, host }));
      },
    ),
    event_finish_with_failure: classMethod(
      { schema: FAILURE, authority: byCondition('event') },
      async (records, args) => {
        const { instance_uuid: uuid, event_name: event, exc_val, exc_tb } = args;
        const details = exc_val === null ? null : maskedText(exc_val);
        const traceback = exc_tb === null ? null : maskedText(exc_tb);
        return answer(args, await endEvent(records, { uuid, event, details, traceback }));
      },
    ),
    event_finish: classMethod(
      { schema: { ...NAMED, ...WANTED }, authority: byCondition('event') },
      async (records, args) => {
        const { instance_uuid: uuid, event_name: event } = args;
        return answer(args, await endEvent(records, { uuid, event, details: null, traceback: null }));
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
