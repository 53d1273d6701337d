import type { Services } from '#ports/services';
import { failEvacuations } from '#operations/evacuations';
import { readOperation, type StoredOperation } from '#operations/operation-document';
import { cellTable, instanceKey } from '#records/keys';
import { operationState } from '#records/operation';
import type { Cell } from '#records/method';
import { mappedCell } from '#records/target-cell';
import { refuseRequest } from '#servers/refuse-request';
import { recordUnmapped } from '../record-unmapped.ts';
import { refusedAs } from '../refused-as.ts';
import { failureOf, type Ending, type StepEvent } from '../step.ts';
import { notEvacuated } from './not-evacuated.ts';
import type { RequestState } from '../state.ts';

/**
 * Ends a request that could not begin: event and fault say why, its task ends where nobody else is at work on the
 * server, and the evacuation that it stood for is in error. A server that is mapped to no cell is looked for by its
 * host (quirk Q1). Needs no undo: nothing was begun.
 */
export async function refuse(
  services: Services,
  { state, execution, error }: StepEvent<RequestState>,
): Promise<Ending> {
  const { server: uuid, request } = state;
  const failure = failureOf(error);
  const document = await readOperation(services, request);
  const mapped = await mappedCell(services, uuid);
  const cell = mapped ?? (await recordUnmapped(services, { ...state, execution, error, tasks: ['rebuilding'] }));
  if (mapped !== undefined)
    await refuseRequest(services, {
      ownership: { operation: 'rebuild', cell: mapped, uuid, execution },
      context: document.context,
      failure,
      event: 'rebuild_server',
      writer: `rebuild_server-${execution}`,
      tasks: ['rebuilding'],
    });
  if (cell !== undefined) await endEvacuation(services, { uuid, cell, execution }, document);
  return { outcome: refusedAs(failure.name), error: failure.name };
}

/** What another execution is at work on is its own; what it has not named yet, it ends itself. */
async function endEvacuation(
  services: Services,
  { uuid, cell, execution }: { readonly uuid: string; readonly cell: Cell; readonly execution: string },
  document: StoredOperation,
): Promise<void> {
  const item = await services.tables.get(cellTable(cell.name), instanceKey(uuid));
  const { owner, migration: kept } =
    item === undefined ? { owner: null, migration: null } : operationState(item, 'rebuild');
  const works =
    owner !== null && owner !== execution && (await services.executions.status('rebuild', owner)) === 'RUNNING';
  if (works && kept === null) return;
  const records = { ...services, context: document.context, cell, writer: `refused-${execution}` };
  await failEvacuations(records, uuid, { ...notEvacuated(document, {}), kept: works ? kept : null });
}
