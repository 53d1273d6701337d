import type { RequestContext } from '#ports/context';
import type { ActionScope } from '#operations/action-scope';
import type { TargetedState } from './state.ts';

/** An action event of an unshelve. */
export const scope = (
  state: TargetedState,
  context: RequestContext,
  execution: string,
  event: 'get_image_info' | 'schedule_instances',
): ActionScope => ({
  cell: { name: state.cell, uuid: state.cell_uuid },
  uuid: state.server,
  context,
  events: [event],
  writer: `${event}-${execution}`,
});
