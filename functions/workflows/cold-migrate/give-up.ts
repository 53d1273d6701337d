import type { Services } from '#ports/services';
import { GIVEN_UP, giveUpUnlessSettled } from '#operations/give-up-move';
import { readOperation } from '#operations/operation-document';
import type { StepEvent } from '../step.ts';
import type { PlacedState } from '../cold-move.ts';
import { ownership } from './state.ts';

/**
 * Gives up hosts of which one is dead half-way. Fail migration follows, unless they have settled the move by now.
 * Cannot be undone: a person goes on from here.
 *
 * @throws InstanceNotFound when the server was deleted meanwhile
 */
export async function giveUp(services: Services, { state, execution }: StepEvent<PlacedState>): Promise<PlacedState> {
  const { context } = await readOperation(services, state.request);
  const move = { migration: state.migration, sourceHost: state.source_host, destination: null };
  const settled = await giveUpUnlessSettled(services, ownership(state, execution), context, move);
  return settled === GIVEN_UP ? { ...state, settled, gave_up: true } : { ...state, settled };
}
