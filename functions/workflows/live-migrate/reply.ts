import type { Services } from '#ports/services';
import { answerCall } from '#operations/answer-call';
import { endScope } from '#operations/action-scope';
import { readOperation } from '#operations/operation-document';
import type { StepEvent } from '../step.ts';
import { eventsOf, ownership, type PlacedState } from './state.ts';

/** Ends the action's event and answers the caller, who does not wait for the computes. Cannot be undone. */
export async function reply(services: Services, { state, execution }: StepEvent<PlacedState>): Promise<PlacedState> {
  const { context } = await readOperation(services, state.request);
  const { cell, uuid } = ownership(state, execution);
  await endScope(services, { cell, uuid, context, events: eventsOf(state), writer: execution });
  await answerCall(services, state.reply, state.method);
  return { ...state, replied: true };
}
