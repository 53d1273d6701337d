import * as v from 'valibot';
import { DBDuplicateEntry, InstanceActionNotFound } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import { InstanceAction, InstanceActionList } from '#objects/instance/instance-action';
import type { Attributes, Item } from '#ports/tables';
import { ConditionFailed } from '#ports/tables';
import { exists } from '#ports/conditions';
import { canonicalTime } from '#objects/versioned/timestamp';
import { allPages } from '#records/all-pages';
import { tableOf } from '#records/cell-table';
import { createRecord, persistentFields } from '#records/create-record';
import { actionKey, instanceKey } from '#records/keys';
import { flag, optionalInteger, optionalText, text } from '#records/arguments';
import { atWork, mayRead } from '#records/authority/rules';
import type { RecordMethods, Records } from '#records/method';
import { classMethod, instanceMethod } from '#records/remotable-method';
import { present } from '#records/stamp';
import { attributesOf, loadObject, refreshObject, textOf } from '#records/stored-object';
import { actionItem } from '#records/items/instance-action';
import { idOf } from '#records/items/read';

/** The attributes of a new action: start_time and updated_at are the time of the request. */
async function newAction(records: Records, uuid: string, action: string): Promise<Attributes> {
  const { context } = records;
  const start = canonicalTime(context.timestamp) ?? present(records);
  const id = await records.counter.nextId(records.tables, tableOf(records), 'instance_actions');
  return {
    ...persistentFields(records),
    id,
    ...actionIndex(id, uuid),
    action,
    instance_uuid: uuid,
    request_id: context.request_id,
    user_id: context.user_id,
    project_id: context.project_id,
    start_time: start,
    updated_at: start,
    finish_time: null,
    message: null,
  };
}

/** Events are asked for by the id of their action alone. */
export const actionIndex = (id: number, uuid: string): Attributes => ({
  lookup: `action-id#${id}`,
  lookup_sort: uuid,
});

/** The item of a new action, for a transaction that makes it with its server. */
export async function newActionItem(records: Records, uuid: string, action: string): Promise<Item> {
  return { ...actionKey(uuid, records.context.request_id), ...(await newAction(records, uuid, action)) };
}

/** Begins an action of the context's request, or answers it when it has begun. */
export async function startAction(records: Records, uuid: string, action: string): Promise<Item> {
  const key = actionKey(uuid, records.context.request_id);
  const table = tableOf(records);
  return createRecord(records, table, key, await newAction(records, uuid, action), () => new Error()).catch(
    async (error: unknown) => {
      const found = await records.tables.get(table, key);
      if (found === undefined) throw error;
      return found;
    },
  );
}

/**
 * Ends the action of the context's request.
 *
 * @throws InstanceActionNotFound
 */
async function finishAction(records: Records, uuid: string): Promise<Item> {
  const finished: Attributes = { finish_time: present(records), updated_at: present(records) };
  return changeAction(records, uuid, records.context.request_id, finished);
}

async function changeAction(records: Records, uuid: string, requestId: string, set: Attributes): Promise<Item> {
  try {
    const { item } = await records.tables.update(tableOf(records), actionKey(uuid, requestId), { set }, exists);
    return item;
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    throw new InstanceActionNotFound({ request_id: requestId, instance_uuid: uuid });
  }
}

/** The actions of a server, newest first. */
export async function actionsOf(records: Records, uuid: string): Promise<Item[]> {
  const items = await allPages(records.tables, tableOf(records), {
    partition: instanceKey(uuid).pk,
    sortPrefix: 'action#',
  });
  return items.toSorted(
    (a, b) => actionItem(b).created_at.localeCompare(actionItem(a).created_at) || idOf(b) - idOf(a),
  );
}

async function finish(records: Records, action: AnyObject): Promise<null> {
  const uuid = textOf(action, 'instance_uuid') ?? '';
  const requestId = textOf(action, 'request_id') ?? '';
  const changes = attributesOf(action, action.changes);
  const item = await changeAction(records, uuid, requestId, { ...changes, finish_time: present(records) });
  refreshObject(action, item);
  return null;
}

async function create(records: Records, action: AnyObject): Promise<null> {
  const table = tableOf(records);
  const key = actionKey(textOf(action, 'instance_uuid') ?? '', textOf(action, 'request_id') ?? '');
  const attributes = {
    ...(await newAction(records, textOf(action, 'instance_uuid') ?? '', textOf(action, 'action') ?? '')),
    ...attributesOf(action, action.changes),
  };
  refreshObject(
    action,
    await createRecord(
      records,
      table,
      key,
      attributes,
      () => new DBDuplicateEntry('the request has an action of this instance'),
    ),
  );
  return null;
}

/** Whether the caller wants the action that was written. */
const WANTED = v.optional(flag, true);

export const instanceAction: RecordMethods = {
  instance: {
    create: instanceMethod({ schema: {}, authority: atWork('instance_uuid') }, create),
    finish: instanceMethod({ schema: {}, authority: atWork('instance_uuid') }, finish),
  },
  class: {
    action_start: classMethod(
      { schema: { instance_uuid: text, action_name: text, want_result: WANTED }, authority: atWork('instance_uuid') },
      async (records, { instance_uuid, action_name, want_result }) => {
        const item = await startAction(records, instance_uuid, action_name);
        return want_result ? loadObject(InstanceAction, item) : null;
      },
    ),
    action_finish: classMethod(
      { schema: { instance_uuid: text, want_result: WANTED }, authority: atWork('instance_uuid') },
      async (records, { instance_uuid, want_result }) => {
        const item = await finishAction(records, instance_uuid);
        return want_result ? loadObject(InstanceAction, item) : null;
      },
    ),
    get_by_request_id: classMethod(
      { schema: { instance_uuid: text, request_id: text }, authority: mayRead('instance_uuid') },
      async (records, { instance_uuid, request_id }) => {
        const item = await records.tables.get(tableOf(records), actionKey(instance_uuid, request_id));
        return item === undefined ? null : loadObject(InstanceAction, item);
      },
    ),
  },
};

export const instanceActionList: RecordMethods = {
  class: {
    get_by_instance_uuid: classMethod(
      {
        schema: { instance_uuid: text, limit: optionalInteger, marker: optionalText },
        authority: mayRead('instance_uuid'),
      },
      async (records, { instance_uuid, limit, marker }) => {
        const items = await actionsOf(records, instance_uuid);
        const from = items.findIndex((item) => actionItem(item).request_id === marker) + 1;
        const page = items.slice(from, from + (limit ?? items.length));
        return InstanceActionList.load({ objects: page.map((item) => loadObject(InstanceAction, item)) });
      },
    ),
  },
};
