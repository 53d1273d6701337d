import type { Services } from '#ports/services';
import { updateOwned } from '#operations/own-operation';
import { copyInstance } from '#records/copies/copy-instance';
import { deleteHidden } from '#records/copies/delete-hidden';
import { involved, LAST_EXECUTION, operationNames, operationState } from '#records/operation';
import type { StepEvent } from '../step.ts';
import { ownership, type CrossingState } from './state.ts';

const { owner } = operationNames('cross-cell-resize');

/**
 * Copies the records of the server into the other cell, hidden. The destination may write the copy from now on.
 *
 * @throws InstanceNotFound when the server is gone
 * @throws InstanceExists when another record of it lies there
 */
export async function copyRecords(
  services: Services,
  { state, execution }: StepEvent<CrossingState>,
): Promise<CrossingState> {
  await updateOwned(services, ownership(state, execution), involved(state.source_host));
  await copyInstance(services, {
    uuid: state.server,
    from: state.cell,
    to: state.target_cell,
    attributes: {
      [owner]: execution,
      [LAST_EXECUTION]: `cross-cell-resize/${execution}`,
      ...involved(state.host),
      migration_context: null,
    },
    isOurs: (item) => operationState(item, 'cross-cell-resize').owner === execution,
  });
  return state;
}

/** Undo: nothing of the server is left in the other cell. */
export async function undoCopyRecords(services: Services, { state }: StepEvent<CrossingState>): Promise<void> {
  await deleteHidden(services, state.target_cell, state.server);
}
