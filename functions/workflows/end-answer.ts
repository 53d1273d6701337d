import { endScope } from '#operations/action-scope';
import { answerCall } from '#operations/answer-call';
import { readOperation } from '#operations/operation-document';
import type { Cell } from '#records/method';
import type { Services } from '#ports/services';
import type { Answer } from './begin-answer.ts';
import type { BothCellsState } from './both-cells.ts';
import type { StepEvent } from './step.ts';

/** Ends the event of what ends a resize across cells, and answers its caller. May be repeated. */
export async function endAnswer(
  services: Services,
  { state, execution }: Pick<StepEvent<BothCellsState>, 'state' | 'execution'>,
  cell: Cell,
  { event, method }: Answer,
): Promise<void> {
  const { context } = await readOperation(services, state.request);
  await endScope(services, { cell, uuid: state.server, context, events: [event], writer: execution });
  await answerCall(services, state.reply, method);
}
