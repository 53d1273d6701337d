import { all, any, equals, exists, type Condition } from '#ports/conditions';
import type { Services } from '#ports/services';
import { ConditionFailed, type AttributesOf, type Item } from '#ports/tables';
import { cellTable, instanceKey } from '#records/keys';
import { ENDED, involved, operationNames, operationState } from '#records/operation';
import { HELD } from '#records/items/held-order';
import { actedBy, destroyedBy, givenUpBy } from '#records/items/given-up';
import { settledAs } from './settle.ts';
import { keepsToken, type WaitingTask } from './waiting-task.ts';
import { isDeleted } from '#records/items/read';
import type { InstanceAttribute, InstanceItem, StoredInstance } from '#records/items/instance';

/** A Task that waits for what happens to a server. */
export interface Wait extends WaitingTask {
  readonly cell: string;
  /**
   * The only hosts that may write the record from now on, for an attempt that is noted. @default the record is left as
   * it is
   */
  readonly hosts?: readonly string[];
  /** When the order is given, in epoch milliseconds. @default it was given before */
  readonly orderedAt?: number;
  /** Further changes of an order's first registration, and what must hold for it. @default none */
  readonly begins?: { readonly set: AttributesOf<StoredInstance>; readonly condition?: Condition };
  /** Takes over a record that nobody owns. @default false */
  readonly takesUnowned?: boolean;
  /** Outcome for a record that another execution owns by now. @default taken-over */
  readonly takenOver?: string;
}

/** `refused` is what was found when the first registration's own condition did not hold. */
export type Registration =
  | { readonly kind: 'waiting' | 'refused'; readonly item: Item }
  | { readonly kind: 'answered' };

/**
 * Registers a Task's token, for the object proxy to complete, and looks at the server after that: whoever writes it
 * later finds the token. One that is settled already, that a compute's request to reschedule has come in for, or that
 * the execution does not own any more, completes the token at once; then nothing is left to order.
 */
export async function registerToken(
  services: Pick<Services, 'clock' | 'executions' | 'tables' | 'log'>,
  wait: Wait,
): Promise<Registration> {
  const { operation, cell, uuid, execution, token, attempt } = wait;
  const { table, key, update } = keepsToken(wait, services.clock.now());
  await services.tables.update(table, key, update);
  const { item, holds } = await looked(services, wait);
  const found = item === undefined || isDeleted(item) ? undefined : operationState(item, operation);
  if (item !== undefined && holds) {
    const { reschedule } = operationState(item, operation);
    const outcome = settledAs(item, operation);
    if (outcome === undefined && reschedule?.attempt !== attempt) return { kind: 'waiting', item };
    if (outcome !== undefined) await services.executions.succeed(token, { outcome });
    else await services.executions.fail(token, 'RescheduledException', reschedule?.reason ?? '');
    return { kind: 'answered' };
  }
  if (item !== undefined && found?.owner === execution) {
    // A repeat of a registration that was made: the host may be at work by now, and its attempt begins only once.
    if (found.attempt === attempt) return registerToken(services, { ...wait, begins: { set: {} } });
    return { kind: 'refused', item };
  }
  const outcome = found === undefined ? 'deleted' : (wait.takenOver ?? 'taken-over');
  services.log.info('nothing to wait for', { instance: uuid, cell, operation, outcome });
  await services.executions.succeed(token, { outcome });
  return { kind: 'answered' };
}

/** The server, and whether it is the execution's: an order changes it, a wait that goes on does not. */
async function looked(
  { tables }: Pick<Services, 'tables'>,
  wait: Wait,
): Promise<{ readonly item: Item | undefined; readonly holds: boolean }> {
  const { operation, cell, uuid, execution, hosts } = wait;
  const [table, key] = [cellTable(cell), instanceKey(uuid)];
  if (hosts === undefined) {
    const item = await tables.get(table, key);
    const owner = item === undefined || isDeleted(item) ? null : operationState(item, operation).owner;
    return { item, holds: owner === execution };
  }
  try {
    const update = { set: changesOf(wait, hosts), remove: forgottenOf(wait) };
    return { item: (await tables.update(table, key, update, conditionOf(wait))).item, holds: true };
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    return { item: error.item, holds: false };
  }
}

function changesOf(wait: Wait, hosts: readonly string[]): AttributesOf<StoredInstance> {
  const { operation, execution, attempt, begins, orderedAt, takesUnowned = false } = wait;
  const names = operationNames(operation);
  return {
    ...begins?.set,
    [names.attempt]: attempt,
    ...involved(...hosts),
    ...(takesUnowned ? { [names.owner]: execution } : {}),
    ...(orderedAt === undefined ? {} : { [names.orderedAt]: orderedAt }),
  };
}

/**
 * How the task before the order ended. A host that is given the server anew is not given up any more, and an order
 * that is given waits for nobody.
 */
const forgottenOf = ({ begins, hosts = [], orderedAt }: Wait): InstanceAttribute[] => [
  ...(begins?.condition === undefined ? [] : ([ENDED] as const)),
  ...(orderedAt === undefined
    ? []
    : ([HELD, ...hosts.flatMap((host) => [givenUpBy(host), actedBy(host), destroyedBy(host)])] as const)),
];

function conditionOf({ operation, execution, begins, takesUnowned = false }: Wait): Condition {
  const { owner } = operationNames(operation);
  const own = equals(owner, execution);
  const live = all(exists, equals<InstanceItem>('deleted', false), takesUnowned ? any(own, equals(owner, null)) : own);
  return begins?.condition === undefined ? live : all(live, begins.condition);
}
