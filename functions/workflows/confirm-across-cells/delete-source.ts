import type { Services } from '#ports/services';
import { deleteHidden } from '#records/copies/delete-hidden';
import type { BothCellsState } from '../both-cells.ts';
import type { StepEvent } from '../step.ts';

/**
 * Deletes the copy that was hidden, with all that belongs to it, and what was held for the way back. Cannot be undone.
 */
export async function deleteSource(services: Services, { state }: StepEvent<BothCellsState>): Promise<BothCellsState> {
  const { server, migration, source_cell } = state;
  await deleteHidden(services, source_cell, server);
  await services.placement.release(migration);
  return state;
}
