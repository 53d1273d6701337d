import type { Services } from '#ports/services';
import { endScope } from '#operations/action-scope';
import { answerCall } from '#operations/answer-call';
import { readOperation } from '#operations/operation-document';
import { release } from '#operations/own-operation';
import { hostsAttribute } from '#records/operation';
import { storedInstance } from '#servers/stored-instance';
import { cameFrom, ownerIn, type BothCellsState } from '../both-cells.ts';
import { notifyResize } from '../resize-events.ts';
import type { StepEvent } from '../step.ts';
import { REVERT } from './state.ts';

/** Publishes that the resize is reverted, ends the event in the cell where the server is, and answers the caller. */
export async function notifyReverted(
  services: Services,
  { state, execution }: StepEvent<BothCellsState>,
): Promise<BothCellsState> {
  const { server: uuid, reply } = state;
  const { context } = await readOperation(services, state.request);
  const cell = cameFrom(state);
  const item = await storedInstance(services, cell.name, uuid);
  await notifyResize(services, { action: 'revert', phase: 'end', item, context, execution });
  await endScope(services, { cell, uuid, context, events: [REVERT.event], writer: execution });
  await answerCall(services, reply, REVERT.method);
  return state;
}

/** Ends the work on the server: it is the host's again that it has come from. */
export async function finish(services: Services, { state, execution }: StepEvent<BothCellsState>): Promise<void> {
  await release(
    services,
    ownerIn(cameFrom(state), REVERT.operation, state, execution),
    hostsAttribute(state.source_host),
  );
}
