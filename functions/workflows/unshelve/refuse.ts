import type { Services } from '#ports/services';
import { readOperation } from '#operations/operation-document';
import { mappedCell } from '#records/target-cell';
import { refuseRequest } from '#servers/refuse-request';
import { recordUnmapped } from '../record-unmapped.ts';
import { refusedAs } from '../refused-as.ts';
import { failureOf, type Ending, type StepEvent } from '../step.ts';
import type { RequestState } from '../state.ts';

/**
 * Ends a request that could not begin: event and fault say why, and its task ends where nobody else is at work on the
 * server. One that is mapped to no cell is looked for by its host (quirk Q1). Needs no undo: nothing was begun.
 */
export async function refuse(
  services: Services,
  { state, execution, error }: StepEvent<RequestState>,
): Promise<Ending> {
  const { server: uuid, request } = state;
  const failure = failureOf(error);
  const cell = await mappedCell(services, uuid);
  if (cell === undefined) await recordUnmapped(services, { ...state, execution, error, tasks: ['unshelving'] });
  else
    await refuseRequest(services, {
      ownership: { operation: 'unshelve', cell, uuid, execution },
      context: (await readOperation(services, request)).context,
      failure,
      event: 'schedule_instances',
      writer: `schedule_instances-${execution}`,
      tasks: ['unshelving'],
    });
  return { outcome: refusedAs(failure.name), error: failure.name };
}
