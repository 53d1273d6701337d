import type { Services } from '#ports/services';
import { noteOnOperation, readOperation } from '#operations/operation-document';
import { beginScope, endScope } from '#operations/action-scope';
import { caughtFailure, type StepEvent } from '../step.ts';
import { scope } from './events.ts';
import type { TargetedState } from './state.ts';

/**
 * Gets the image that the server was shelved into and notes its metadata with the request. A lost image
 * ends in Mark error.
 *
 * @throws ImageNotFound, InstanceActionNotFound
 */
export async function findImage(
  services: Services,
  { state, execution }: StepEvent<TargetedState>,
): Promise<TargetedState> {
  const { context } = await readOperation(services, state.request);
  const event = scope(state, context, execution, 'get_image_info');
  await beginScope(services, event);
  const image = await services.image.get(context, state.image_id ?? '', { showDeleted: false });
  await noteOnOperation(services, state.request, { image });
  await endScope(services, event);
  return state;
}

/** Undo: the event ends as an error. */
export async function undoFindImage(
  services: Services,
  { state, execution, error }: StepEvent<TargetedState>,
): Promise<void> {
  if (error === undefined) return;
  const { context } = await readOperation(services, state.request);
  await endScope(services, scope(state, context, execution, 'get_image_info'), caughtFailure(error));
}
