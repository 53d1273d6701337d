import type { Attributes, Item } from '#ports/tables';
import { begunEvent, endedEvent } from '#records/items/instance-action';
import { actionIndex } from '#records/methods/instance-action';
import { actionKey } from '#records/keys';
import { columns, persistent, text, time } from '../row-values.ts';
import type { Row } from '../sql-state.ts';
import { plainText, textOrEmpty, textOrNull } from '#wire/reading';

/**
 * A row of `instance_actions` with the rows of `instance_actions_events` of it. The first of a name has the name for
 * its key; a later one has its id beside it.
 */
export function actionItem(row: Row, events: readonly Row[]): Item {
  const uuid = text(row['instance_uuid']);
  return {
    ...actionKey(uuid, text(row['request_id'])),
    ...columns(row, ['id', 'action', 'instance_uuid', 'request_id', 'user_id', 'project_id', 'message']),
    start_time: time(row['start_time']),
    finish_time: time(row['finish_time']),
    ...persistent(row),
    ...actionIndex(Number(row['id']), uuid),
    ...eventAttributes(events),
  };
}

function eventAttributes(rows: readonly Row[]): Attributes {
  const seen = new Set<string>();
  const attributes: Attributes = {};
  for (const row of rows.toSorted((a, b) => Number(a['id']) - Number(b['id']))) {
    const event = text(row['event']);
    const name = seen.has(event) ? `${event}#${plainText(row['id'])}` : event;
    seen.add(event);
    const [at, finished] = [textOrEmpty(time(row['start_time'])), textOrNull(time(row['finish_time']))];
    const host = textOrNull(row['host']);
    Object.assign(attributes, begunEvent(name, { id: Number(row['id']), event, host, at }, {}));
    const result = row['result'] === 'Error' ? 'Error' : 'Success';
    const [details, traceback] = [textOrNull(row['details']), textOrNull(row['traceback'])];
    if (finished !== null) Object.assign(attributes, endedEvent(name, { at: finished, result, details, traceback }));
  }
  return attributes;
}
