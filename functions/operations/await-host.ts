import { all, equals, exists, type Condition } from '#ports/conditions';
import type { Services } from '#ports/services';
import { ConditionFailed, type Attributes, type Item } from '#ports/tables';
import { cellTable, instanceKey } from '#records/keys';
import { HOSTS, hostsAttribute, operationNames, operationState, type Operation } from '#records/operation';
import { forgetToken, settledAs } from './settle.ts';

/** An order to a host that an execution waits for. */
export interface Wait {
  readonly operation: Operation;
  readonly cell: string;
  readonly uuid: string;
  readonly execution: string;
  readonly token: string;
  /** The only hosts that may write the record from now on. */
  readonly hosts: readonly string[];
  /** Further changes of the first registration, and what must hold for it. */
  readonly begins?: { readonly set: Attributes; readonly condition?: Condition };
}

type WaitServices = Pick<Services, 'executions' | 'tables' | 'log'>;

/**
 * Registers a token on a server's record: one conditional update that names the hosts that may write, and answers the
 * record. One that is settled already, or that the execution does not own any more, completes the token at once; then
 * nothing is answered and no order is to be sent. `refused` is what was found when the first registration's own
 * condition did not hold.
 */
export async function awaitHost(
  services: WaitServices,
  wait: Wait,
): Promise<{ readonly kind: 'waiting' | 'refused'; readonly item: Item } | { readonly kind: 'answered' }> {
  const { operation, cell, uuid, execution, token, begins } = wait;
  const table = cellTable(cell);
  const names = operationNames(operation);
  const own = all(exists, equals('deleted', false), equals(names.owner, execution));
  const set = { [names.token]: token, [names.attempt]: 1, [HOSTS]: hostsAttribute(...wait.hosts) };
  try {
    const { item } = await services.tables.update(
      table,
      instanceKey(uuid),
      { set: { ...set, ...begins?.set } },
      begins?.condition === undefined ? own : all(own, begins.condition),
    );
    const outcome = settledAs(item, operation);
    if (outcome === undefined) return { kind: 'waiting', item };
    // Once it is answered the execution goes on, and nobody would repeat what we left undone.
    await forgetToken(services, table, uuid, operation, token);
    await services.executions.succeed(token, { outcome });
    return { kind: 'answered' };
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    const { item } = error;
    const { owner, attempt } = item ? operationState(item, operation) : { owner: null, attempt: 0 };
    if (item !== undefined && item['deleted'] !== true && owner === execution) {
      // A repeat of a registration that was made: the host may be at work by now.
      if (attempt === 1) return awaitHost(services, { ...wait, begins: { set: {} } });
      return { kind: 'refused', item };
    }
    const outcome = item === undefined || item['deleted'] === true ? 'deleted' : 'taken-over';
    services.log.info('nothing to wait for', { instance: uuid, cell, outcome });
    await services.executions.succeed(token, { outcome });
    return { kind: 'answered' };
  }
}
