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
 * Completes the Tasks that wait for a server, once the item that a write just answered says that they are settled.
 *
 * A token is taken off the record only after it was answered, so whoever repeats the write completes it again. Whoever
 * owns a server releases it at its end, with its token; a launch releases none.
 */
export async function settle(services: SettleServices, table: string, item: Item): Promise<void> {
  for (const operation of OPERATIONS) {
    const { token } = operationState(item, operation);
    const outcome = token === null ? undefined : settledAs(item, operation);
    if (token === null || outcome === undefined) continue;
    await services.executions.succeed(token, { outcome });
    if (operation === 'launch') await forgetToken(services, table, instanceItem(item).uuid, operation, token);
  }
}

/** How an operation on this server has ended; undefined while it goes on. */
export function settledAs(item: Item, operation: Operation): string | undefined {
  const state = operationState(item, operation);
  const { migrationStatus } = state;
  return SETTLED[operation]({ ...instanceItem(item), migrationStatus, ended: endedAs(item) }, state);
}

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
    await settle(services, table, item);
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
}

/** Takes an answered token off the record, unless another one has taken its place. */
export async function forgetToken(
  services: Pick<Services, 'tables'>,
  table: string,
  uuid: string,
  operation: Operation,
  token: string,
): Promise<void> {
  const names = operationNames(operation);
  try {
    await services.tables.update(table, instanceKey(uuid), { remove: [names.token] }, equals(names.token, token));
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
}
