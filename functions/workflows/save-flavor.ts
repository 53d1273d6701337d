import type { Services } from '#ports/services';
import { RequestSpecNotFound } from '#errors';
import { cellTable, instanceKey } from '#records/keys';
import { readOperation } from '#operations/operation-document';
import { saveSpecFlavor } from '#request-specs/spec-flavor';
import type { StepEvent } from './step.ts';
import type { PlacedState } from './cold-move.ts';
import { instanceItem } from '#records/items/instance';

/**
 * Stores the new flavor with the server's request spec; one that is missing is logged and the move goes on (quirk Q7).
 */
export async function saveSpec(services: Services, { state }: StepEvent<PlacedState>): Promise<PlacedState> {
  const { arguments: args } = await readOperation(services, state.request);
  try {
    await saveSpecFlavor(services, state.server, args['flavor']);
  } catch (error) {
    if (!(error instanceof RequestSpecNotFound)) throw error;
    services.log.error('the server has no request spec to save', { instance: state.server }, error);
  }
  return state;
}

/** Undo: the spec has the flavor of the server as it is, which after a switch may well be the new one. */
export async function undoSaveSpec(services: Services, { state }: StepEvent<PlacedState>): Promise<void> {
  const item = await services.tables.get(cellTable(state.cell), instanceKey(state.server));
  if (item === undefined || instanceItem(item).deleted) return;
  try {
    await saveSpecFlavor(services, state.server, instanceItem(item).flavor);
  } catch (error) {
    if (!(error instanceof RequestSpecNotFound)) throw error;
  }
}
