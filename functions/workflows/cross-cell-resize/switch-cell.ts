import type { Services } from '#ports/services';
import { showInCell } from '#operations/show-in-cell';
import type { StepEvent } from '../step.ts';
import { ownership, sourceOf, targetOf, type CrossingState } from './state.ts';

/**
 * Shows the copy in place of the original. From here on the server is the other cell's, and nothing is undone.
 *
 * @throws InstanceNotFound when its user has deleted it, or is about to: then the copy goes
 */
export async function switchCell(
  services: Services,
  { state, execution }: StepEvent<CrossingState>,
): Promise<CrossingState> {
  const { uuid, operation } = ownership(state, execution);
  await showInCell(services, { uuid, operation, execution, from: sourceOf(state), to: targetOf(state) });
  services.log.info('the server is in another cell', { instance: uuid, from: state.cell, to: state.target_cell });
  return { ...state, switched: true };
}
