import type { Services } from '#ports/services';
import type { StepEvent } from '../step.ts';
import type { MigratingState, PlacedState } from './state.ts';

/**
 * Releases the claim on a destination that was rejected, and remembers not to ask it again
 * (nova.conductor.tasks.live_migrate `_remove_host_allocations`).
 */
export async function rejectDestination(
  services: Services,
  { state }: StepEvent<PlacedState>,
): Promise<MigratingState> {
  const {
    host,
    node: _node,
    node_uuid: _uuid,
    limits: _limits,
    zone: _zone,
    mapping: _mapping,
    unfit: _unfit,
    asked: _asked,
    ...kept
  } = state;
  await releaseCandidate(services, state);
  return { ...kept, ask_seconds: services.config.longRpcTimeout, rejected: [...state.rejected, host] };
}

/** Undo of a choice: what the server holds on the candidate is released, whatever it holds elsewhere stays. */
export async function undoSelectDestination(
  services: Services,
  { state }: StepEvent<MigratingState & Partial<PlacedState>>,
): Promise<void> {
  if (!state.swapped) await releaseCandidate(services, state);
}

async function releaseCandidate(
  services: Pick<Services, 'placement'>,
  { server: instance, swapped, node_uuid }: MigratingState & Partial<PlacedState>,
): Promise<void> {
  if (node_uuid === undefined) return;
  if (swapped) {
    // All that it holds is the candidate's, whatever provider of its tree it is of.
    await services.placement.release(instance);
    return;
  }
  const held = (await services.placement.allocations(instance))[node_uuid];
  if (held !== undefined) await services.placement.removeProvider(instance, node_uuid, held);
}
