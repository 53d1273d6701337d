import type { Services } from '#ports/services';
import { giveUpMove } from '#operations/give-up-move';
import { readOperation } from '#operations/operation-document';
import type { StepEvent } from '../step.ts';
import { ownership, type PlacedState } from './state.ts';

/**
 * Gives up a source that is dead or has lost its order before the server moved: the server is where it was. Fail
 * migration follows. Cannot be undone: a person goes on from here.
 *
 * @throws InstanceNotFound when the server was deleted meanwhile
 */
export async function giveUp(services: Services, { state, execution }: StepEvent<PlacedState>): Promise<PlacedState> {
  const { context } = await readOperation(services, state.request);
  const move = { migration: state.migration, status: 'error' as const, sourceHost: state.source_host };
  await giveUpMove(services, ownership(state, execution), context, move);
  return { ...state, gave_up: true };
}

/** Says in place of a source that died after the switch that the migration is completed: the server has arrived. */
export async function completeMigration(
  services: Services,
  { state, execution }: StepEvent<PlacedState>,
): Promise<PlacedState> {
  const { context } = await readOperation(services, state.request);
  const move = { migration: state.migration, status: 'completed' as const, sourceHost: state.source_host };
  await giveUpMove(services, ownership(state, execution), context, move);
  return state;
}
