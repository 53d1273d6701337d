import type { AwaitedCompute } from '#conductor/await-compute';
import type { Services } from '#ports/services';
import { lookIntoOrder, type SeenRestart } from '#operations/order-facts';
import { settledAs } from '#operations/settle';
import { cellTable, instanceKey } from '#records/keys';
import { hostsOf, operationState, type Operation, type OperationState } from '#records/operation';

/** A server whose host was silent for a while. */
export interface SilentInstance {
  readonly operation: Operation;
  readonly server: string;
  readonly cell: string;
  readonly execution: string;
  readonly request_id: string;
  /** What an earlier look saw. */
  readonly restart?: SeenRestart | undefined;
  /** Number of the attempt at hand; the registration that precedes its order notes it on the record. */
  readonly attempt: number;
}

/** What a look at its record and its host shows; `over` where the execution has nothing to wait for any more. */
export type SilentHost =
  | { readonly kind: 'over'; readonly outcome: 'deleted' | 'taken-over' }
  | {
      readonly kind: 'silent';
      readonly host: string;
      readonly facts: AwaitedCompute;
      readonly operation: OperationState;
      /** For the next look. */
      readonly restart: SeenRestart | undefined;
    };

/**
 * Looks at a server whose host was silent for a while. Reads the record consistently, since a verdict may take the
 * server away from its host, which is the one that alone may write the record.
 */
export async function lookAtHost(
  services: Pick<Services, 'clock' | 'config' | 'queues' | 'serviceGroup' | 'tables'>,
  { operation: name, server: instance, cell, execution, attempt, request_id, restart: seen }: SilentInstance,
): Promise<SilentHost> {
  const item = await services.tables.get(cellTable(cell), instanceKey(instance));
  if (item === undefined) return { kind: 'over', outcome: 'deleted' };
  const operation = operationState(item, name);
  if (operation.owner !== execution) return { kind: 'over', outcome: 'taken-over' };
  const [host = ''] = hostsOf(item);
  const given = { operation: name, cell, instance, host, requestId: request_id, items: [item], restart: seen };
  const { order, unchanged, restart } = await lookIntoOrder(services, given);
  const facts: AwaitedCompute = {
    settled: settledAs(item, name),
    ordered: operation.attempt === attempt,
    host: await services.serviceGroup.verdict(cell, host),
    order,
    unchanged,
    limits: services.config,
  };
  return { kind: 'silent', host, facts, operation, restart };
}
