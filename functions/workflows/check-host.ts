import { ComputeServiceUnavailable } from '#errors';
import { awaitCompute } from '#conductor/await-compute';
import { cellTable, instanceKey } from '#records/keys';
import { hostsOf, operationState } from '#records/operation';
import { textOf } from '#wire/reading';
import { settledAs } from '#operations/settle';
import type { Step } from './step.ts';

/**
 * Looks at a server whose host was silent for a while (design: the wait is bounded). Reads the record consistently,
 * since a verdict may take the server away from the host. Has no undo: it writes nothing.
 *
 * @throws ComputeServiceUnavailable when the host is given up
 */
export const checkHostOf =
  <S extends { readonly server: string; readonly cell: string }>(operation: 'rebuild' | 'unshelve'): Step<S> =>
  async (services, { state, execution }) => {
    const { server, cell } = state;
    const item = await services.tables.get(cellTable(cell), instanceKey(server));
    if (item === undefined) return { state, verdict: 'settled', outcome: 'deleted' };
    if (operationState(item, operation).owner !== execution)
      return { state, verdict: 'settled', outcome: 'taken-over' };

    const [host = ''] = hostsOf(item);
    const changed = Date.parse(textOf(item['updated_at']) ?? textOf(item['created_at']) ?? '');
    const decision = awaitCompute({
      settled: settledAs(item, operation),
      liveness: await services.serviceGroup.liveness(cell, host),
      unchangedSeconds: Math.floor((services.clock.now() - changed) / 1000),
      stallSeconds: services.config.stallSeconds,
    });
    services.log.info('host checked', { instance: server, host, cell, verdict: decision.kind });
    if (decision.kind === 'give-up') throw new ComputeServiceUnavailable({ host });
    return { state, verdict: decision.kind, outcome: decision.kind === 'settled' ? decision.outcome : 'unsettled' };
  };
