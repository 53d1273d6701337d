import type { Services } from '#ports/services';
import { release } from '#operations/own-operation';
import { cellTable, instanceKey } from '#records/keys';
import type { Ending, StepEvent } from '../step.ts';
import type { TargetedState } from './state.ts';

/**
 * Ends an unshelve that a host has settled: the claim of a server that came to no host is withdrawn, and the server is
 * free for the next operation. Needs no undo: it only gives back.
 */
export async function conclude(services: Services, { state, execution }: StepEvent<TargetedState>): Promise<Ending> {
  const { server: uuid, cell } = state;
  const item = await services.tables.get(cellTable(cell), instanceKey(uuid));
  const here = item !== undefined && item['deleted'] !== true && (item['host'] ?? null) !== null;
  if (!here) await services.placement.withdraw([uuid], execution);
  await release(services, { operation: 'unshelve', cell: { name: cell, uuid: state.cell_uuid }, uuid, execution });
  if (item === undefined || item['deleted'] === true) return { outcome: 'deleted' };
  return { outcome: item['vm_state'] === 'active' ? 'active' : 'failed', host: item['host'] ?? null };
}
