import type { Services } from '#ports/services';
import { release } from '#operations/own-operation';
import { readOperation } from '#operations/operation-document';
import { failScope } from '#operations/action-scope';
import { caughtFailure, type StepEvent } from '../step.ts';
import { scope, type TargetedState } from './state.ts';

/** Ends the event as an error, unless the host had its order by then, and frees the server for the next operation. */
export async function undoTargetServer(
  services: Services,
  { state, execution, error }: StepEvent<TargetedState>,
): Promise<void> {
  const { server: uuid, cell } = state;
  if (error !== undefined && error.Error !== 'ComputeServiceUnavailable') {
    const { context } = await readOperation(services, state.request);
    await failScope(services, scope(state, context, execution), caughtFailure(error));
  }
  await release(services, { operation: 'rebuild', cell: { name: cell, uuid: state.cell_uuid }, uuid, execution });
}
