import type { RequestContext } from '#ports/context';
import type { StepEventScope } from '#records/step-event';
import type { TargetedState } from './state.ts';

/** An action event of an unshelve. */
export const scope = (
  state: TargetedState,
  context: RequestContext,
  execution: string,
  event: 'get_image_info' | 'schedule_instances',
): StepEventScope => ({
  cell: { name: state.cell, uuid: state.cell_uuid },
  uuid: state.server,
  event,
  context,
  execution,
});
