import { answerCall } from '#operations/answer-call';
import { endScope } from '#operations/action-scope';
import { readOperation } from '#operations/operation-document';
import type { Step } from '../step.ts';
import { eventsOf, ownership, type PlacedState } from './state.ts';

/** Ends the action's event and answers the caller, who does not wait for the computes. Cannot be undone. */
export const reply: Step<PlacedState> = async (services, { state, execution }) => {
  const { context } = await readOperation(services, state.request);
  const { cell, uuid } = ownership(state, execution);
  await endScope(services, { cell, uuid, context, events: eventsOf(state), writer: execution });
  await answerCall(services, state['reply'], state.method);
  return { ...state, replied: true };
};
