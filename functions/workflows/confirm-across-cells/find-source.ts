import type { Services } from '#ports/services';
import { readOperation } from '#operations/operation-document';
import { cellTable, instanceKey } from '#records/keys';
import { startAction } from '#records/methods/instance-action';
import { bothCells } from '../begin-answer.ts';
import { cameFrom, type ArrivedState, type BothCellsState } from '../both-cells.ts';
import { notifyResize } from '../resize-events.ts';
import type { Ended, StepEvent } from '../step.ts';

/**
 * Finds the copy that was hidden, publishes that the resize is being confirmed, and begins the action there. One that is gone
 * already was deleted by an earlier request.
 *
 * @throws MigrationNotFound, HostMappingNotFound
 */
export async function findSource(
  services: Services,
  { state, execution }: StepEvent<ArrivedState>,
): Promise<Ended<BothCellsState>> {
  const found = await bothCells(services, state);
  const { server: uuid, request } = found;
  const { context } = await readOperation(services, request);
  const cell = cameFrom(found);
  const item = await services.tables.get(cellTable(cell.name), instanceKey(uuid));
  if (item === undefined) return { state: found, outcome: 'gone' };
  await notifyResize(services, { action: 'confirm', phase: 'start', item, context, execution });
  await startAction({ ...services, context, cell }, uuid, 'confirmResize');
  return { state: found, outcome: 'found' };
}
