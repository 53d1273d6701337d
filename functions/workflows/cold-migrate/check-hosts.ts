import type { Services } from '#ports/services';
import { awaitColdMigration } from '#conductor/cold-migration';
import { FINAL_STATUSES } from '#conductor/settled';
import { hasArrived } from '#operations/ended-move';
import { cellTable, instanceKey, migrationKey } from '#records/keys';
import { operationState } from '#records/operation';
import { quietSeconds } from '#operations/quiet-time';
import { settledAs } from '#operations/settle';
import type { Looked, StepEvent } from '../step.ts';
import type { PlacedState } from './state.ts';
import { instanceItem } from '#records/items/instance';
import { migrationItem } from '#records/items/migration';

/**
 * Looks at a server whose hosts were silent for a while (design: the wait is bounded), consistently, since a verdict may
 * take it away from one. Has no undo: it writes nothing.
 */
export async function checkHosts(
  services: Services,
  { state, execution }: StepEvent<PlacedState>,
): Promise<Looked<PlacedState>> {
  const { server, cell, host, attempt, source_host, migration: uuid } = state;
  const table = cellTable(cell);
  const [item, migration] = await services.tables.batchGet([
    { table, key: instanceKey(server) },
    { table, key: migrationKey(server, uuid) },
  ]);
  if (item === undefined || migration === undefined) return { state, verdict: 'settled', outcome: 'deleted' };
  const operation = operationState(item, 'cold-migrate');
  if (operation.owner !== execution) return { state, verdict: 'settled', outcome: 'taken-over' };

  const taskState = instanceItem(item).task_state;
  const switched = hasArrived(migration, item);
  const [source, destination] = await Promise.all([
    services.serviceGroup.liveness(cell, source_host),
    services.serviceGroup.liveness(cell, host),
  ]);
  const decision = awaitColdMigration({
    settled: settledAs(item, 'cold-migrate'),
    rescheduleStored: operation.reschedule?.attempt === attempt,
    ended: FINAL_STATUSES.has(migrationItem(migration).status),
    taskState,
    switched,
    source,
    destination,
    unchangedSeconds: quietSeconds(services.clock, item, migration),
    stallSeconds: services.config.stallSeconds,
  });
  services.log.info('hosts checked', { instance: server, host, source: source_host, cell, verdict: decision.kind });
  if (decision.kind === 'settled') return { state, verdict: decision.kind, outcome: decision.outcome };
  // Past the preparation nobody knows which disks are whole: a person has to look.
  const vm_state = decision.kind === 'give-up' && taskState !== 'resize_prep' ? 'error' : state.vm_state;
  return { state: { ...state, vm_state, reason: decision.reason }, verdict: decision.kind, outcome: 'unsettled' };
}
