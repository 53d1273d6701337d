import { callAddress, documentAddress, mappingAddress, migrationAddress } from '#records/item-addresses';
import { readAhead } from '#records/remembered-reads';
import { DestinationRejected, DestinationUnheard } from '#errors';
import type { Services } from '#ports/services';
import { holdUpNothing } from '../hold-up-nothing.ts';
import type { StepEvent } from '../step.ts';
import { bindPorts } from './bind-ports.ts';
import { judgeDestination } from './judge-destination.ts';
import { reply } from './reply.ts';
import { startMigration } from './start-migration.ts';
import { callId, type PlacedState } from './state.ts';

/**
 * Reads what the candidate answered, binds the ports, claims a forced destination, which the scheduler has not, orders
 * the source to move the server, and answers the caller. Each of them may be repeated. Undone by the undos of bindings,
 * selection, swap and migration; an order that was given is fenced by Fail migration.
 *
 * @throws DestinationRejected, DestinationUnheard
 * @throws what the steps throw that it is made of
 */
export async function orderMigration(services: Services, event: StepEvent<PlacedState>): Promise<PlacedState> {
  const { cell, migration, request, server } = event.state;
  await readAhead(
    services,
    documentAddress(request),
    migrationAddress(cell, server, migration),
    callAddress(callId(event.state, event.execution)),
    ...(event.state.kind === 'forced' ? [mappingAddress(server)] : []),
  );
  const judged = await judgeDestination(services, event);
  if (judged.outcome === 'ask') throw new DestinationUnheard();
  const { outcome } = judged.outcome === 'bind' ? await bindPorts(services, event) : judged;
  if (outcome === 'rejected') throw new DestinationRejected();
  if (outcome === 'forced') await (await import('./claim-destination.ts')).claimDestination(services, event);
  const state = await startMigration(services, event);
  return holdUpNothing(reply, services, { ...event, state });
}
