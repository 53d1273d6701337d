import { all, any, equals, exists, type Condition } from '#ports/conditions';
import type { Services } from '#ports/services';
import { ConditionFailed, type AttributesOf, type Item } from '#ports/tables';
import { cellTable, instanceKey } from '#records/keys';
import { ENDED, involved, operationNames, operationState, type Operation } from '#records/operation';
import { HELD } from '#records/items/held-order';
import { actedBy, destroyedBy, givenUpBy } from '#records/items/given-up';
import { forgetToken, settledAs } from './settle.ts';
import { isDeleted } from '#records/items/read';
import type { InstanceAttribute, InstanceItem, StoredInstance } from '#records/items/instance';

/** A Task that waits for what happens to a server. */
export interface Wait {
  readonly operation: Operation;
  readonly cell: string;
  readonly uuid: string;
  readonly execution: string;
  readonly token: string;
  /** Number of the attempt at hand: a reschedule that has come in for it ends the wait. */
  readonly attempt: number;
  /** The only hosts that may write the record from now on. @default those that may now, and the attempt is not noted */
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
 * Registers a Task's token on a server's record, for the object proxy to complete: one conditional update, which
 * answers the record. One that is settled already, that a compute's request to reschedule has come in for, or that the
 * execution does not own any more, completes the token at once; then nothing is left to order.
 */
export async function registerToken(
  services: Pick<Services, 'executions' | 'tables' | 'log'>,
  wait: Wait,
): Promise<Registration> {
  const { operation, cell, uuid, execution, token, attempt, begins } = wait;
  const table = cellTable(cell);
  try {
    const { item } = await services.tables.update(
      table,
      instanceKey(uuid),
      { set: changesOf(wait), remove: forgottenOf(wait) },
      conditionOf(wait),
    );
    const { reschedule } = operationState(item, operation);
    const outcome = settledAs(item, operation);
    if (outcome === undefined && reschedule?.attempt !== attempt) return { kind: 'waiting', item };
    // Once it is answered the execution goes on, and nobody would repeat what we left undone.
    await forgetToken(services, table, uuid, operation, token);
    if (outcome !== undefined) await services.executions.succeed(token, { outcome });
    else await services.executions.fail(token, 'RescheduledException', reschedule?.reason ?? '');
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    const item = error.item === undefined || isDeleted(error.item) ? undefined : error.item;
    const found = item === undefined ? undefined : operationState(item, operation);
    if (item !== undefined && begins !== undefined && found?.owner === execution) {
      // A repeat of a registration that was made: the host may be at work by now, and its attempt begins only once.
      if (found.attempt === attempt) return registerToken(services, { ...wait, begins: { set: {} } });
      return { kind: 'refused', item };
    }
    const outcome = item === undefined ? 'deleted' : (wait.takenOver ?? 'taken-over');
    services.log.info('nothing to wait for', { instance: uuid, cell, operation, outcome });
    await services.executions.succeed(token, { outcome });
  }
  return { kind: 'answered' };
}

function changesOf(wait: Wait): AttributesOf<StoredInstance> {
  const { operation, execution, token, attempt, hosts, begins, orderedAt, takesUnowned = false } = wait;
  const names = operationNames(operation);
  return {
    ...begins?.set,
    [names.token]: token,
    ...(hosts === undefined ? {} : { [names.attempt]: attempt, ...involved(...hosts) }),
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
