import type { Services } from '#ports/services';
import { readOperation } from '#operations/operation-document';
import { fieldsOf } from '#wire/reading';
import type { MigratingState, PlacedState } from './cold-move.ts';
import { selectionsOf } from './selections-of.ts';
import type { StepEvent } from './step.ts';

/** Undo: the claim on the destination is released where Undo of the swap will not replace it. */
export async function undoSelectDestination(
  services: Services,
  { state }: StepEvent<MigratingState & Partial<PlacedState>>,
): Promise<void> {
  if (!state.swapped) await releaseDestination(services, state);
}

/** Releases what the server holds on the destination at hand, and nothing else. */
export async function releaseDestination(
  services: Pick<Services, 'placement' | 'tables' | 'sealer'>,
  state: MigratingState & Partial<PlacedState>,
): Promise<void> {
  const { server: instance, chosen } = state;
  if (state.swapped) {
    await services.placement.release(instance);
    return;
  }
  if (chosen === undefined || chosen < 0) return;
  const selections = selectionsOf(state, await readOperation(services, state.request));
  const node = fieldsOf(selections[chosen])['compute_node_uuid'];
  if (typeof node !== 'string') return;
  const held = (await services.placement.allocations(instance))[node];
  if (held !== undefined) await services.placement.removeProvider(instance, node, held);
}
