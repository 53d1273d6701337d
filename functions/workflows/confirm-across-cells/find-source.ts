import { InstanceInvalidState } from '#errors';
import type { Services } from '#ports/services';
import { readOperation } from '#operations/operation-document';
import { cellTable, instanceKey } from '#records/keys';
import { startAction } from '#records/methods/instance-action';
import { bothCells } from '../begin-answer.ts';
import { cameFrom, type ArrivedState, type BothCellsState } from '../both-cells.ts';
import { notifyResize } from '../resize-events.ts';
import type { Ended, StepEvent } from '../step.ts';
import { CONFIRM } from './state.ts';

/**
 * Finds the copy that was hidden, publishes that the resize is being confirmed, and begins the action there. One that
 * is gone already was deleted by an earlier request.
 *
 * @throws MigrationNotFound, HostMappingNotFound
 * @throws InstanceInvalidState when a revert has brought the server back: its source would let go of what it is to
 *   have again
 */
export async function findSource(
  services: Services,
  { state, execution }: StepEvent<ArrivedState>,
): Promise<Ended<BothCellsState>> {
  const found = await bothCells(services, state);
  const { server: uuid, request } = found;
  const { context } = await readOperation(services, request);
  const cell = cameFrom(found);
  if (found.cell !== state.cell)
    throw new InstanceInvalidState({ instance_uuid: uuid, attr: 'cell', state: cell.name, method: CONFIRM.method });
  const item = await services.tables.get(cellTable(cell.name), instanceKey(uuid));
  if (item === undefined) return { state: found, outcome: 'gone' };
  await notifyResize(services, { action: 'confirm', phase: 'start', item, context, execution });
  await startAction({ ...services, context, cell }, uuid, 'confirmResize');
  return { state: found, outcome: 'found' };
}
