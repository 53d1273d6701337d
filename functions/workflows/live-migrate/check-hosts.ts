import type { Services } from '#ports/services';
import { awaitLiveMigration } from '#conductor/live-migration';
import { hasArrived } from '#operations/ended-move';
import { cellTable, instanceKey, migrationKey } from '#records/keys';
import { endedAs, operationState } from '#records/operation';
import { quietSeconds } from '#operations/quiet-time';
import { settledAs } from '#operations/settle';
import type { Looked, StepEvent } from '../step.ts';
import type { PlacedState } from './state.ts';
import { instanceItem } from '#records/items/instance';

/**
 * Looks at a server whose source was silent for a while (design: the wait is bounded), consistently, since a verdict may
 * end the move. Has no undo: it writes nothing.
 */
export async function checkHosts(
  services: Services,
  { state, execution }: StepEvent<PlacedState>,
): Promise<Looked<PlacedState>> {
  const { server, cell, source_host, migration: uuid } = state;
  const table = cellTable(cell);
  const [item, migration] = await services.tables.batchGet([
    { table, key: instanceKey(server) },
    { table, key: migrationKey(server, uuid) },
  ]);
  if (item === undefined || migration === undefined) return { state, verdict: 'settled', outcome: 'deleted' };
  if (operationState(item, 'live-migrate').owner !== execution)
    return { state, verdict: 'settled', outcome: 'taken-over' };

  const decision = awaitLiveMigration({
    settled: settledAs(item, 'live-migrate'),
    switched: hasArrived(migration, item),
    taskState: endedAs(item) === null ? instanceItem(item).task_state : null,
    source: await services.serviceGroup.liveness(cell, source_host),
    unchangedSeconds: quietSeconds(services.clock, item, migration),
    stallSeconds: services.config.stallSeconds,
  });
  services.log.info('hosts checked', { instance: server, source: source_host, cell, verdict: decision.kind });
  if (decision.kind === 'settled') return { state, verdict: decision.kind, outcome: decision.outcome };
  return { state: { ...state, reason: decision.reason }, verdict: decision.kind, outcome: 'done' };
}
