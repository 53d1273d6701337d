import type { Services } from '#ports/services';
import { atWorkOnMove, awaitColdMigration, type AwaitedColdMigration } from '#conductor/cold-migration';
import { FINAL_STATUSES } from '#conductor/settled';
import { hasArrived } from '#operations/ended-move';
import { cellTable, instanceKey, migrationKey } from '#records/keys';
import { operationState } from '#records/operation';
import { lookIntoOrder } from '#operations/order-facts';
import { externalResourcesOf } from '#servers/external-resources';
import { settledAs } from '#operations/settle';
import type { Looked, StepEvent } from '../step.ts';
import type { PlacedState } from '../cold-move.ts';
import { instanceItem } from '#records/items/instance';
import { migrationItem } from '#records/items/migration';

/**
 * Looks at a server whose hosts were silent for a while, consistently, since a verdict may take it away from one. Has
 * no undo: it writes nothing.
 */
export async function checkHosts(
  services: Services,
  { state, execution }: StepEvent<PlacedState>,
): Promise<Looked<PlacedState>> {
  const { server: instance, cell, host, attempt, source_host, migration: uuid } = state;
  const table = cellTable(cell);
  const [item, migration] = await services.tables.batchGet([
    { table, key: instanceKey(instance) },
    { table, key: migrationKey(instance, uuid) },
  ]);
  if (item === undefined || migration === undefined) return { state, verdict: 'settled', outcome: 'deleted' };
  const operation = operationState(item, 'cold-migrate');
  if (operation.owner !== execution) return { state, verdict: 'settled', outcome: 'taken-over' };

  const taskState = instanceItem(item).task_state;
  const switched = hasArrived(migrationItem(migration), instanceItem(item));
  const atWork = atWorkOnMove(taskState, switched) === 'source' ? source_host : host;
  const given = { operation: 'cold-migrate', cell, instance, host: atWork, items: [item, migration] } as const;
  const [source, verdict, { order, unchanged, restart }] = await Promise.all([
    services.serviceGroup.verdict(cell, source_host),
    services.serviceGroup.verdict(cell, atWork),
    lookIntoOrder(services, { ...given, requestId: state.request_id, restart: state.restart }),
  ]);
  const facts: AwaitedColdMigration = {
    settled: settledAs(item, 'cold-migrate'),
    rescheduleStored: operation.reschedule?.attempt === attempt,
    ended: FINAL_STATUSES.has(migrationItem(migration).status),
    taskState,
    source,
    host: verdict,
    order,
    unchanged,
    limits: services.config,
    external: 'nothing',
  };
  const first = awaitColdMigration(facts);
  const givesUp = first.kind === 'reschedule' && !first.asked;
  const external = givesUp ? await externalResourcesOf(services, cell, instance) : 'nothing';
  const decision = givesUp ? awaitColdMigration({ ...facts, external }) : first;
  const reason = decision.kind === 'settled' ? decision.outcome : decision.reason;
  const fields = { instance, host, source: source_host, cell, verdict: decision.kind, reason };
  services.log.info('hosts checked', fields);
  if (decision.kind === 'wait' && decision.heldBack === true) {
    const { holdOrder } = await import('#operations/hold-order');
    await holdOrder(services, { cell, instance, execution, host: atWork, reason });
  }
  if (decision.kind === 'settled') return { state, verdict: decision.kind, outcome: decision.outcome };
  // Past the preparation nobody knows which disks are whole: a person has to look.
  const vm_state = decision.kind === 'give-up' && taskState !== 'resize_prep' ? 'error' : state.vm_state;
  return { state: { ...state, vm_state, reason, restart }, verdict: decision.kind, outcome: 'unsettled' };
}
