import { newMigration } from '../own-migration.ts';
import { cellTable } from '#records/keys';
import { consumerAddress } from '#placement/consumer-item';
import { transportAddresses } from '#records/host-transports';
import { cellAddress, documentAddress, instanceAddress, mappingAddress } from '#records/item-addresses';
import { readAhead } from '#records/remembered-reads';
import type { Services } from '#ports/services';
import { hypervisorOf } from '#servers/first-node';
import { swapAllocations } from '../swap-allocations.ts';
import type { StepEvent } from '../step.ts';
import { checkSource } from './check-source.ts';
import { createMigration } from './create-migration.ts';
import { selectDestination } from './select-destination.ts';
import type { MigratingState, OwnedState, PlacedState } from './state.ts';

/**
 * Makes the migration, looks at server and source, hands the allocations over, and finds a destination or looks at the
 * one that is forced. Each of them finds what a run before has done. Undone by the undos of selection, swap and
 * migration, the last first, whichever of them came about.
 *
 * @throws what the steps throw that it is made of
 */
export async function prepare(services: Services, event: StepEvent<OwnedState>): Promise<PlacedState> {
  const { cell, cell_uuid, request, server, source_host } = event.state;
  await readAhead(
    services,
    documentAddress(request),
    instanceAddress(cell, server),
    mappingAddress(server),
    cellAddress(cell_uuid),
    ...transportAddresses(cellTable(cell), source_host, services.config),
    ...[server, newMigration(services, event.execution)].map(consumerAddress),
  );
  const created = await createMigration(services, event);
  const checked = await checkSource(services, { ...event, state: created });
  const { source, swapped } = await swapAllocations(services, checked);
  const at = { source_node_uuid: source.uuid ?? '', source_hypervisor: hypervisorOf(source) };
  const state: MigratingState = { ...checked, swapped, ...at };
  if (state.kind === 'forced')
    return (await import('./check-destination.ts')).checkDestination(services, { ...event, state });
  const { state: placed, outcome } = await selectDestination(services, { ...event, state });
  return outcome === 'rejected' ? { ...placed, unfit: true } : placed;
}
