import type { Services } from '#ports/services';
import { release } from '#operations/own-operation';
import { cellTable, instanceKey } from '#records/keys';
import type { Ending, StepEvent } from '../step.ts';
import type { TargetedState } from './state.ts';
import { instanceItem } from '#records/items/instance';

/**
 * Ends an unshelve that a host has settled: the claim of a server that came to no host is withdrawn, and the server is
 * free for the next operation. Needs no undo: it only gives back.
 */
export async function conclude(services: Services, { state, execution }: StepEvent<TargetedState>): Promise<Ending> {
  const { server: uuid, cell } = state;
  const item = await services.tables.get(cellTable(cell), instanceKey(uuid));
  const here = item !== undefined && !instanceItem(item).deleted && instanceItem(item).host !== null;
  if (!here) await services.placement.withdraw([uuid], execution);
  await release(services, { operation: 'unshelve', cell: { name: cell, uuid: state.cell_uuid }, uuid, execution });
  if (item === undefined || instanceItem(item).deleted) return { outcome: 'deleted' };
  return { outcome: instanceItem(item).vm_state === 'active' ? 'active' : 'failed', host: instanceItem(item).host };
}
