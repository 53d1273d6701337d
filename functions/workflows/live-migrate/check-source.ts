import type { Services } from '#ports/services';
import { isMovable } from '#conductor/live-migration';
import { InstanceInvalidState } from '#errors';
import { mustBeUp } from '#servers/host-up';
import { liveInstance } from '#servers/stored-instance';
import type { StepEvent } from '../step.ts';
import type { MigratingState } from './state.ts';

/**
 * Looks whether the server can be moved live at all: it runs or is paused, and its host is up
 * (nova.conductor.tasks.live_migrate `_execute`). Has no undo: it writes nothing.
 *
 * @throws InstanceInvalidState, ComputeHostNotFound, ComputeServiceUnavailable
 */
export async function checkSource(services: Services, { state }: StepEvent<MigratingState>): Promise<MigratingState> {
  const instance = await liveInstance(services, state.cell, state.server);
  const powerState = instance.power_state;
  if (!isMovable(powerState))
    throw new InstanceInvalidState({
      instance_uuid: state.server,
      attr: 'power_state',
      state: powerState,
      method: 'live migrate',
    });
  await mustBeUp(services, state.cell, state.source_host);
  return state;
}
