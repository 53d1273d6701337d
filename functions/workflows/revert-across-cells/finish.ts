import type { Services } from '#ports/services';
import { readOperation } from '#operations/operation-document';
import { release } from '#operations/own-operation';
import { hostsAttribute } from '#records/operation';
import { storedInstance } from '#servers/stored-instance';
import { cameFrom, ownerIn, type BothCellsState } from '../both-cells.ts';
import { endAnswer } from '../end-answer.ts';
import { notifyResize } from '../resize-events.ts';
import type { StepEvent } from '../step.ts';
import { REVERT } from './state.ts';

/** Publishes that the resize is reverted, ends the event in the cell where the server is, and answers the caller. */
export async function notifyReverted(
  services: Services,
  { state, execution }: StepEvent<BothCellsState>,
): Promise<BothCellsState> {
  const { context } = await readOperation(services, state.request);
  const item = await storedInstance(services, cameFrom(state).name, state.server);
  await notifyResize(services, { action: 'revert', phase: 'end', item, context, execution });
  await endAnswer(services, { state, execution }, cameFrom(state), REVERT);
  return { ...state, replied: true };
}

/**
 * Ends the work on the server: it is the host's again that it has come from. A caller whose answer has failed before is
 * answered here.
 */
export async function finish(services: Services, { state, execution }: StepEvent<BothCellsState>): Promise<void> {
  await release(
    services,
    ownerIn(cameFrom(state), REVERT.operation, state, execution),
    hostsAttribute(state.source_host),
  );
  if (state.replied !== true) await endAnswer(services, { state, execution }, cameFrom(state), REVERT);
}
