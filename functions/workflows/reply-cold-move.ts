import type { Services } from '#ports/services';
import { answerCall } from '#operations/answer-call';
import { endScope } from '#operations/action-scope';
import { readOperation } from '#operations/operation-document';
import type { StepEvent } from './step.ts';
import { EVENTS, type PlacedState } from './cold-move.ts';

/** Ends the action's events and answers the caller, who does not wait for the computes. Cannot be undone. */
export async function reply(services: Services, { state, execution }: StepEvent<PlacedState>): Promise<PlacedState> {
  if (state.replied) return state;
  const { context } = await readOperation(services, state.request);
  const { server: uuid } = state;
  const cell = { name: state.cell, uuid: state.cell_uuid };
  await endScope(services, { cell, uuid, context, events: EVENTS, writer: `${execution}/${state.attempt}` });
  await answerCall(services, state.reply, 'migrate_server');
  return { ...state, replied: true };
}
