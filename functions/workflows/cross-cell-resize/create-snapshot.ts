import { NovaError, ServiceUnusable } from '#errors';
import { snapshotOf } from '#conductor/snapshot';
import type { Services } from '#ports/services';
import { readOperation } from '#operations/operation-document';
import { isVolumeBacked } from '#request-specs/volume-backed';
import { instanceItem } from '#records/items/instance';
import { newUuid } from '#records/new-uuid';
import { storedInstance } from '#servers/stored-instance';
import { fieldsOf } from '#wire/reading';
import type { StepEvent } from '../step.ts';
import type { CrossingState } from './state.ts';

/**
 * Makes the record of the image to which the source uploads the server's disk. Its id follows from the execution, so
 * that a repeat makes no second one. A server whose disk is a volume has none.
 */
export async function createSnapshot(
  services: Services,
  { state, execution }: StepEvent<CrossingState>,
): Promise<CrossingState> {
  const { server: instance, cell } = state;
  const { context, arguments: args } = await readOperation(services, state.request);
  const item = await storedInstance(services, cell, instance);
  const { is_bfv } = fieldsOf(args['request_spec']);
  const isVolume = typeof is_bfv === 'boolean' ? is_bfv : await isVolumeBacked(services, cell, item);
  if (isVolume) return { ...state, snapshot: null };
  const image = snapshotOf(instanceItem(item), context);
  return { ...state, snapshot: await services.image.create(context, imageId(services, execution), image) };
}

/** Undo: the image is gone. What the image service refuses is logged. */
export async function undoCreateSnapshot(
  services: Services,
  { state, execution }: StepEvent<CrossingState>,
): Promise<void> {
  if (state.snapshot === null) return;
  await deleteSnapshot(services, state, state.snapshot ?? imageId(services, execution));
}

/** Deletes the image of a server that has arrived, or stays; one that is gone is no error. */
export async function deleteSnapshot(services: Services, state: CrossingState, image: string): Promise<void> {
  const { context } = await readOperation(services, state.request);
  try {
    await services.image.delete(context, image);
  } catch (error) {
    if (!(error instanceof NovaError) || error instanceof ServiceUnusable) throw error;
    services.log.error('the image of a server that moved stays', { instance: state.server, image }, error);
  }
}

/** The same for a repeat of the step. */
const imageId = (services: Pick<Services, 'ids'>, execution: string): string =>
  newUuid({ ...services, writer: execution }, 'snapshot');
