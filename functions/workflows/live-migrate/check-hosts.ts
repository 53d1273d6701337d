import type { Services } from '#ports/services';
import { awaitLiveMigration } from '#conductor/live-migration';
import { lacksOnlyItsEnd } from '#conductor/settled';
import { cellTable, instanceKey, migrationKey } from '#records/keys';
import { operationState } from '#records/operation';
import { lookIntoOrder } from '#operations/order-facts';
import { operationFacts, settledAs } from '#operations/settle';
import type { Looked, StepEvent } from '../step.ts';
import type { PlacedState } from './state.ts';

/**
 * Looks at a server whose hosts were silent for a while, consistently, since a verdict may end the move. Has no undo:
 * it writes nothing.
 */
export async function checkHosts(
  services: Services,
  { state, execution }: StepEvent<PlacedState>,
): Promise<Looked<PlacedState>> {
  const { server: instance, cell, host, source_host, migration: uuid } = state;
  const table = cellTable(cell);
  const [item, migration] = await services.tables.batchGet([
    { table, key: instanceKey(instance) },
    { table, key: migrationKey(instance, uuid) },
  ]);
  if (item === undefined || migration === undefined) return { state, verdict: 'settled', outcome: 'deleted' };
  if (operationState(item, 'live-migrate').owner !== execution)
    return { state, verdict: 'settled', outcome: 'taken-over' };

  const given = { operation: 'live-migrate', cell, instance, host: source_host, items: [item, migration] } as const;
  const [source, destination, { order, unchanged, restart }] = await Promise.all([
    services.serviceGroup.verdict(cell, source_host),
    services.serviceGroup.verdict(cell, host),
    lookIntoOrder(services, { ...given, requestId: state.request_id, restart: state.restart }),
  ]);
  const decision = awaitLiveMigration({
    settled: settledAs(item, 'live-migrate'),
    arrived: lacksOnlyItsEnd(operationFacts(item, 'live-migrate'), host),
    host: source,
    destination,
    order,
    unchanged,
    limits: services.config,
  });
  const reason = decision.kind === 'settled' ? decision.outcome : decision.reason;
  const fields = { instance, host, source: source_host, cell, verdict: decision.kind, reason };
  services.log.info('hosts checked', fields);
  if (decision.kind === 'settled') return { state, verdict: decision.kind, outcome: decision.outcome };
  return { state: { ...state, reason, restart }, verdict: decision.kind, outcome: 'done' };
}
