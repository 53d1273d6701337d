import { awaitBuild } from '#conductor/await-build';
import { buildSettled, instanceFacts } from '#conductor/settled';
import { cellTable, instanceKey } from '#records/keys';
import { textOf } from '#wire/reading';
import { operationState } from '#records/operation';
import type { Step } from '../step.ts';
import type { PlacedState } from './state.ts';

/**
 * Looks at a server whose host was silent for a while (design: the wait is bounded). Reads the record consistently,
 * since a verdict may take the server away from its host. Has no undo: it writes nothing.
 */
export const checkHost: Step<PlacedState> = async (services, { state, execution }) => {
  const { server, cell, host, attempt } = state;
  const item = await services.tables.get(cellTable(cell), instanceKey(server));
  if (item === undefined) return { state, verdict: 'settled', outcome: 'deleted' };
  const operation = operationState(item, 'launch');
  if (operation.owner !== execution) return { state, verdict: 'settled', outcome: 'active' };

  const changed = Date.parse(textOf(item['updated_at']) ?? textOf(item['created_at']) ?? '');
  const decision = awaitBuild({
    settled: buildSettled(instanceFacts(item)),
    rescheduleStored: operation.reschedule?.attempt === attempt,
    liveness: await services.serviceGroup.liveness(cell, host),
    unchangedSeconds: Math.floor((services.clock.now() - changed) / 1000),
    stallSeconds: services.config.stallSeconds,
  });
  services.log.info('host checked', { instance: server, host, cell, verdict: decision.kind });
  if (decision.kind === 'settled') return { state, verdict: decision.kind, outcome: decision.outcome };
  return { state: { ...state, reason: decision.reason }, verdict: decision.kind, outcome: 'unsettled' };
};
