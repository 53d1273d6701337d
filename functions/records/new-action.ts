import { isoSeconds } from '#conductor/time';
import type { RequestContext } from '#ports/context';
import type { Services } from '#ports/services';
import type { Action } from '#ports/tables';
import { actionKey } from './keys.ts';

/** The write that starts an instance action for the context's request; the same request starts one action once. */
export async function newAction(
  services: Pick<Services, 'tables' | 'counter' | 'clock'>,
  table: string,
  uuid: string,
  action: string,
  context: RequestContext,
): Promise<Action> {
  const started = Number.isNaN(Date.parse(`${context.timestamp}Z`)) ? undefined : Date.parse(`${context.timestamp}Z`);
  const start = isoSeconds(started ?? services.clock.now());
  return {
    kind: 'put',
    table,
    item: {
      ...actionKey(uuid, context.request_id),
      id: await services.counter.nextId(services.tables, table, 'instance_actions'),
      action,
      instance_uuid: uuid,
      request_id: context.request_id,
      user_id: context.user_id,
      project_id: context.project_id,
      start_time: start,
      finish_time: null,
      message: null,
      created_at: isoSeconds(services.clock.now()),
      updated_at: start,
      deleted_at: null,
      deleted: false,
    },
  };
}
