import type { Services } from '#ports/services';
import { decideUnshelve } from '#conductor/unshelve';
import { acquire } from '#operations/own-operation';
import { textOf } from '#wire/reading';
import { targetCellOf } from '#records/target-cell';
import type { StepEvent } from '../step.ts';
import type { TargetedState } from './state.ts';
import type { RequestState } from '../state.ts';
import { instanceItem } from '#records/items/instance';

/**
 * Finds the server's cell, makes the execution its owner and decides the way (nova.conductor.manager `targets_cell`,
 * `unshelve_instance`). Has no undo: every ending gives the server up.
 *
 * @throws InstanceMappingNotFound, InstanceNotFound
 * @throws InstanceInvalidState while another execution is at work on the server
 */
export async function targetServer(
  services: Services,
  { state, execution }: StepEvent<RequestState>,
): Promise<TargetedState> {
  const { server: uuid } = state;
  const cell = await targetCellOf(services, uuid);
  const item = await acquire(services, { operation: 'unshelve', cell, uuid, execution });
  const imageId = textOf(instanceItem(item).system_metadata['shelved_image_id']) ?? null;
  const decision = decideUnshelve({ vm_state: instanceItem(item).vm_state, imageId });
  // What an offloaded server held before was its old host's.
  if (decision.kind === 'find-image' || decision.kind === 'schedule') await services.placement.release(uuid);
  if (decision.kind === 'wrong-state') services.log.error(decision.reason, { instance: uuid, cell: cell.name });
  const targeted: TargetedState = {
    ...state,
    cell: cell.name,
    cell_uuid: cell.uuid,
    path: decision.kind,
    image_id: imageId,
    wait_seconds: services.config.waitSeconds,
  };
  return targeted;
}
