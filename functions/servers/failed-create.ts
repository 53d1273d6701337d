import { faultOf, type Failure } from '#conductor/fault';
import { absent } from '#ports/conditions';
import type { Services } from '#ports/services';
import type { Action } from '#ports/tables';
import { tableOf } from '#records/cell-table';
import { begunEvent, endedEvent } from '#records/items/instance-action';
import { newActionItem } from '#records/methods/instance-action';
import type { Records } from '#records/method';
import { present } from '#records/stamp';

/** The event under which a server's creation fails. */
const EVENT = 'conductor_schedule_and_build_instances';

/**
 * The writes that show a server's user that its creation failed: the action `create`, and its one event with how it
 * ended. The traceback says no more than the fault does.
 */
export async function failedCreate(
  records: Records & Pick<Services, 'config'>,
  uuid: string,
  failure: Failure,
): Promise<Action[]> {
  const table = tableOf(records);
  const now = present(records);
  const { details, message } = faultOf(failure);
  const id = await records.counter.nextId(records.tables, table, 'instance_actions_events');
  const traceback = details === '' ? `Traceback:\n  ${failure.name}: ${message}` : details;
  const item = {
    ...(await newActionItem(records, uuid, 'create')),
    message: 'Error',
    updated_at: now,
    ...begunEvent(EVENT, { id, event: EVENT, host: records.config.host, at: now }, {}),
    ...endedEvent(EVENT, { at: now, result: 'Error', details: message, traceback }),
  };
  return [{ kind: 'put', table, item, condition: absent }];
}
