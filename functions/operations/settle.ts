import {
  arrivalSettled,
  buildSettled,
  endedByDeletion,
  FINAL_STATUSES,
  migrationSettled,
  resizeSettled,
  taskSettled,
  type OperationFacts,
} from '#conductor/settled';
import { all, equals, exists } from '#ports/conditions';
import type { Services } from '#ports/services';
import { ConditionFailed, type Item } from '#ports/tables';
import { instanceKey } from '#records/keys';
import {
  endedAs,
  operationNames,
  OPERATIONS,
  operationState,
  type Operation,
  type OperationState,
} from '#records/operation';
import { instanceItem } from '#records/items/instance';
import { migrationItem } from '#records/items/migration';
import { waitingToken } from './waiting-task.ts';

/** What settles each operation; an evacuation waits for its migration or its host, a rebuild in place for its task. */
const SETTLED: Readonly<Record<Operation, (facts: OperationFacts, state: OperationState) => string | undefined>> = {
  launch: buildSettled,
  'cold-migrate': resizeSettled,
  // What they wait for are answers of hosts, each with a call of its own.
  'cross-cell-resize': endedByDeletion,
  'confirm-across-cells': endedByDeletion,
  'revert-across-cells': endedByDeletion,
  'live-migrate': migrationSettled,
  rebuild: (facts, { migration, destination }) => {
    if (migration !== null) return migrationSettled(facts);
    return destination === null ? taskSettled(facts) : arrivalSettled(facts, destination);
  },
  unshelve: taskSettled,
};

/** The operation that a migration of a type belongs to. */
const OF_TYPE: Readonly<Record<string, Operation>> = {
  evacuation: 'rebuild',
  'live-migration': 'live-migrate',
  migration: 'cold-migrate',
  resize: 'cold-migrate',
};

type SettleServices = Pick<Services, 'tables' | 'executions'>;

/**
 * Completes the Tasks that wait for a server, once the item that a write just answered says that they are settled. A
 * token that is answered twice does no harm: whoever repeats the write completes it again.
 *
 * @param operations those that the write can have settled
 */
export async function settle(
  services: SettleServices,
  item: Item,
  operations: readonly Operation[] = OPERATIONS,
): Promise<void> {
  for (const operation of operations) {
    const outcome = settledAs(item, operation);
    if (outcome === undefined) continue;
    const token = await waitingToken(services, item, operation);
    if (token !== undefined) await services.executions.succeed(token, { outcome });
  }
}

/**
 * What a save of these columns can settle. A launch stays the owner of its server: without a look at what was saved,
 * every save of the server would search for its token.
 */
export const settledBySave = (columns: readonly string[]): readonly Operation[] =>
  columns.includes('vm_state') ? OPERATIONS : OPERATIONS.filter((operation) => operation !== 'launch');

/** How an operation on this server has ended; undefined while it goes on. */
export function settledAs(item: Item, operation: Operation): string | undefined {
  return SETTLED[operation](operationFacts(item, operation), operationState(item, operation));
}

/** What bears on an operation at work on this server. */
export const operationFacts = (item: Item, operation: Operation): OperationFacts => ({
  ...instanceItem(item),
  migrationStatus: operationState(item, operation).migrationStatus,
  ended: endedAs(item),
});

/**
 * Notes on the server's item that its migration has come to a final status, and settles what waits for it: the one
 * write beyond the migration's own, made only when a migration ends.
 */
export async function settleMigration(services: SettleServices, table: string, migration: Item): Promise<void> {
  const { uuid, instance_uuid, status, migration_type } = migrationItem(migration);
  const operation = OF_TYPE[migration_type];
  if (operation === undefined || !FINAL_STATUSES.has(status)) return;
  const names = operationNames(operation);
  const condition = all(exists, equals(names.migration, uuid));
  const key = instanceKey(instance_uuid);
  try {
    const { item } = await services.tables.update(table, key, { set: { [names.migrationStatus]: status } }, condition);
    await settle(services, item, [operation]);
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
}
