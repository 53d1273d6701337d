import { newMigration } from '../own-migration.ts';
import { consumerAddress } from '#placement/consumer-item';
import { cellAddress, documentAddress, instanceAddress, mappingAddress } from '#records/item-addresses';
import { readAhead } from '#records/remembered-reads';
import type { Services } from '#ports/services';
import type { MigratingState, OwnedState } from '../cold-move.ts';
import type { StepEvent } from '../step.ts';
import { swapAllocations } from '../swap-allocations.ts';
import { createMigration } from './create-migration.ts';
import { selectDestination } from './select-destination.ts';

/**
 * Finds or makes the migration, hands the allocations over, and asks for a destination where no alternates are given.
 * Each of them finds what a run before has done. Undone by the undos of selection, swap and migration, the last first,
 * whichever of them came about.
 *
 * @throws what the steps throw that it is made of
 */
export async function prepare(services: Services, event: StepEvent<OwnedState>): Promise<MigratingState> {
  const { cell, cell_uuid, request, server } = event.state;
  await readAhead(
    services,
    documentAddress(request),
    instanceAddress(cell, server),
    mappingAddress(server),
    cellAddress(cell_uuid),
    ...[server, newMigration(services, event.execution)].map(consumerAddress),
  );
  const created = await createMigration(services, event);
  const { swapped } = await swapAllocations(services, created);
  const state = { ...created, swapped };
  return state.entry === 'reschedule' ? state : selectDestination(services, { ...event, state });
}
