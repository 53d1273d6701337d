import type { Services } from '#ports/services';
import { ServiceUnusable } from '#errors';
import type { RequestContext } from '#ports/context';
import { moveBindings } from '#operations/move-bindings';
import { GIVEN_UP, giveUpMove, giveUpUnlessSettled } from '#operations/give-up-move';
import { readOperation } from '#operations/operation-document';
import type { StepEvent } from '../step.ts';
import { ownership, type PlacedState } from './state.ts';

/**
 * Gives up a source that is dead or has lost its order before the server moved: the server is where it was. Fail
 * migration follows, unless the source has settled the move by now. Cannot be undone: a person goes on from here.
 *
 * @throws InstanceNotFound when the server was deleted meanwhile
 */
export async function giveUp(services: Services, { state, execution }: StepEvent<PlacedState>): Promise<PlacedState> {
  const { context } = await readOperation(services, state.request);
  const move = { migration: state.migration, sourceHost: state.source_host, destination: state.host };
  const settled = await giveUpUnlessSettled(services, ownership(state, execution), context, move);
  if (settled !== GIVEN_UP) return { ...state, settled };
  await bindToHost(services, state, context, state.source_host, state.host);
  return { ...state, settled, gave_up: true };
}

/** Says in place of a source that died after the switch that the migration is completed: the server has arrived. */
export async function completeMigration(
  services: Services,
  { state, execution }: StepEvent<PlacedState>,
): Promise<PlacedState> {
  const { context } = await readOperation(services, state.request);
  const move = { migration: state.migration, status: 'completed' as const, sourceHost: state.source_host };
  await giveUpMove(services, ownership(state, execution), context, move);
  await bindToHost(services, state, context, state.host, state.source_host);
  return state;
}

/**
 * Puts the bindings of the ports right in place of a source that is gone; what the network service refuses is logged.
 */
async function bindToHost(
  services: Services,
  { server: instance }: PlacedState,
  context: RequestContext,
  stays: string,
  leaves: string,
): Promise<void> {
  try {
    await moveBindings(services, { context, uuid: instance, stays, leaves });
  } catch (error) {
    if (error instanceof ServiceUnusable) throw error;
    services.log.error('ports may be bound to a host that has not the server', { instance, host: leaves }, error);
  }
}
