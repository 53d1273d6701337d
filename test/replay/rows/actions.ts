import type { Item } from '#ports/tables';
import { actionIndex } from '#records/methods/instance-action';
import { actionKey, eventKey } from '#records/keys';
import { columns, persistent, text, time } from '../row-values.ts';
import type { Row } from '../sql-state.ts';
import { plainText } from '#wire/reading';

/** A row of `instance_actions`. */
export function actionItem(row: Row): Item {
  const uuid = text(row['instance_uuid']);
  return {
    ...actionKey(uuid, text(row['request_id'])),
    ...columns(row, ['id', 'action', 'instance_uuid', 'request_id', 'user_id', 'project_id', 'message']),
    start_time: time(row['start_time']),
    finish_time: time(row['finish_time']),
    ...persistent(row),
    ...actionIndex(Number(row['id']), uuid),
  };
}

/**
 * The rows of `instance_actions_events` of one action. The first of a name has the name for its key; a later one has
 * its id beside it.
 */
export function eventItems(action: Row, rows: readonly Row[]): Item[] {
  const seen = new Set<string>();
  return rows
    .toSorted((a, b) => Number(a['id']) - Number(b['id']))
    .map((row) => {
      const event = text(row['event']);
      const name = seen.has(event) ? `${event}#${plainText(row['id'])}` : event;
      seen.add(event);
      return {
        ...eventKey(text(action['instance_uuid']), text(action['request_id']), name),
        ...columns(row, ['id', 'event', 'result', 'traceback', 'details', 'host']),
        start_time: time(row['start_time']),
        finish_time: time(row['finish_time']),
        ...persistent(row),
      };
    });
}
