import { cellAddress, documentAddress, migrationAddress, specAddress } from '#records/item-addresses';
import { readAhead } from '#records/remembered-reads';
import { DestinationElsewhere, DestinationNotChosen } from '#errors';
import type { Services } from '#ports/services';
import type { PlacedState } from '../cold-move.ts';
import { holdUpNothing } from '../hold-up-nothing.ts';
import { reply } from '../reply-cold-move.ts';
import { saveSpec } from '../save-flavor.ts';
import type { StepEvent } from '../step.ts';
import { castPrepResize } from './cast-prep-resize.ts';

/**
 * Orders the destination to prepare, stores the new flavor with the spec, and answers the caller. Each of them may be
 * repeated. Undone by the undos of spec, selection, swap and migration; an order that was given is fenced by Fail
 * migration.
 *
 * @throws DestinationNotChosen, DestinationElsewhere
 * @throws what the order throws
 */
export async function orderResize(
  services: Services,
  event: StepEvent<PlacedState | (Omit<PlacedState, 'host'> & { readonly host?: undefined })>,
): Promise<PlacedState> {
  const { state } = event;
  if (state.host === undefined) throw new DestinationNotChosen();
  if (state.way === 'across') throw new DestinationElsewhere();
  const { cell, cell_uuid, migration, request, server } = state;
  await readAhead(
    services,
    documentAddress(request),
    migrationAddress(cell, server, migration),
    specAddress(server),
    cellAddress(cell_uuid),
  );
  const ordered = await castPrepResize(services, { ...event, state });
  const saved = await holdUpNothing(saveSpec, services, { ...event, state: ordered });
  return holdUpNothing(reply, services, { ...event, state: saved });
}
