import { isoSeconds } from '#conductor/time';
import { all, any, equals, oneOf, type Condition } from '#ports/conditions';
import type { Services } from '#ports/services';
import { TransactionRefused, type Item } from '#ports/tables';
import { instanceItem, type InstanceItem } from '#records/items/instance';
import { BUILD_REQUESTS, buildRequestKey } from '#records/keys';
import { operationNames, operationState } from '#records/operation';
import type { ExistingInstance } from '#operations/existing-instances';
import { isBuiltBy } from './existing-instance.ts';
import { failInstance, type FailedInstance } from './fail-instance.ts';
import { mapExisting } from './map-to-cell.ts';

const LAUNCH = operationNames('launch');

/**
 * Ends the first attempt of a server that its API has recorded: it is in error with its fault, and its build request
 * goes. False for one that is built, deleted, or that another execution is at work on: it is left as it is.
 */
export async function failFirstAttempt(
  services: Services,
  existing: ExistingInstance,
  failed: Omit<FailedInstance, 'cell' | 'item' | 'condition'>,
): Promise<boolean> {
  const { cell, item } = existing;
  if (!mayEndBuild(item, failed.execution)) return false;
  const condition = mayEndBuildBy(failed.execution);
  if (!(await failInstance(services, { ...failed, cell: cell.name, item, condition }))) return false;
  await endFirstAttempt(services, existing);
  return true;
}

/**
 * Whether an execution may end the build of a record: it has begun it and no host has built it, or nobody has begun it.
 */
function mayEndBuild(item: Item, execution: string): boolean {
  const { deleted, vm_state } = instanceItem(item);
  const { owner } = operationState(item, 'launch');
  return !deleted && (owner === execution ? !isBuiltBy(item, execution) : owner === null && vm_state === 'building');
}

/** `mayEndBuild` as the condition of a write. */
const mayEndBuildBy = (execution: string): Condition =>
  any(
    all(equals(LAUNCH.owner, execution), oneOf<InstanceItem>('vm_state', ['building', 'error'])),
    all(equals(LAUNCH.owner, null), equals<InstanceItem>('vm_state', 'building')),
  );

/**
 * Ends the first attempt of a server that failed: there is nothing left to be built, and its mapping, where it has one,
 * leads to the record that says why.
 */
async function endFirstAttempt(
  services: Pick<Services, 'clock' | 'tables'>,
  { uuid, cell, item }: ExistingInstance,
): Promise<void> {
  await services.tables.delete(BUILD_REQUESTS, buildRequestKey(uuid));
  try {
    await services.tables.transact([
      mapExisting(uuid, cell, instanceItem(item).project_id, isoSeconds(services.clock.now())),
    ]);
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
  }
}
