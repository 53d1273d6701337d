import { InvalidVolume } from '#errors';
import type { Services } from '#ports/services';
import { targetCellOf } from '#records/target-cell';
import { liveInstance } from '#servers/stored-instance';
import type { StepEvent } from '../step.ts';
import type { AttachingState, FoundState } from './state.ts';

/**
 * Finds the server's cell and host. Has no undo: it writes nothing.
 *
 * @throws InvalidVolume where no volume service is named
 * @throws InstanceMappingNotFound, InstanceNotFound
 */
export async function begin(services: Services, { state }: StepEvent<AttachingState>): Promise<FoundState> {
  if (services.volumes === undefined) throw new InvalidVolume({ reason: 'this deployment names no volume service' });
  const cell = await targetCellOf(services, state.server);
  const { host } = await liveInstance(services, cell.name, state.server);
  const { hostCallSeconds: ask_seconds } = services.config;
  return { ...state, cell: cell.name, cell_uuid: cell.uuid, host: host ?? '', ask_seconds };
}
