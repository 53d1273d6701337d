import type { Services } from '#ports/services';
import { showInCell } from '#operations/show-in-cell';
import { arrivedIn, cameFrom, type BothCellsState } from '../both-cells.ts';
import type { StepEvent } from '../step.ts';
import { REVERT } from './state.ts';

/**
 * Shows the copy that the server comes back to in place of the other one. Cannot be undone.
 *
 * @throws InstanceNotFound when its user has deleted it, or is about to
 */
export async function switchBack(
  services: Services,
  { state, execution }: StepEvent<BothCellsState>,
): Promise<BothCellsState> {
  const { operation } = REVERT;
  const { server: uuid } = state;
  await showInCell(services, { uuid, operation, execution, from: arrivedIn(state), to: cameFrom(state) });
  return state;
}
