import { isoSeconds } from '#conductor/time';
import { buildSettled } from '#conductor/settled';
import { all, any, equals, exists, not, oneOf, type Condition } from '#ports/conditions';
import type { Services } from '#ports/services';
import { TransactionRefused, type Item } from '#ports/tables';
import type { ExistingInstance } from '#operations/existing-instances';
import { hasInfoCache } from '#records/instance-item';
import { BUILD_REQUESTS, buildRequestKey } from '#records/keys';
import { mapExisting } from './map-to-cell.ts';
import { operationNames, operationState } from '#records/operation';
import { instanceItem, type InstanceItem } from '#records/items/instance';
import type { InfoCacheItem } from '#records/items/info-cache';

const LAUNCH = operationNames('launch');

/** Whether an execution has begun to build a record. */
export const isOwned = (item: Item): boolean => operationState(item, 'launch').owner !== null;

/** Whether a record waits for its first build: nobody has begun one, and it did not vanish half-way. */
export const awaitsBuild = (item: Item): boolean =>
  buildSettled(instanceItem(item)) === undefined && hasInfoCache(item) && !isOwned(item);

/** The same as the condition of a write. */
export const AWAITS_BUILD: Condition = all(
  exists,
  equals<InstanceItem>('deleted', false),
  equals<InstanceItem>('vm_state', 'building'),
  equals(LAUNCH.owner, null),
  not(equals<InfoCacheItem>('network_info', null)),
);

/**
 * Whether an execution may end the build of a record: it has begun it and no host has built it, or nobody has begun it.
 */
export function mayEndBuild(item: Item, execution: string): boolean {
  const { deleted, vm_state } = instanceItem(item);
  const { owner } = operationState(item, 'launch');
  return !deleted && (owner === execution ? !isBuiltBy(item, execution) : owner === null && vm_state === 'building');
}

/** Whether a host has built the server for this execution: whatever fails of ours afterwards changes nothing of it. */
export const isBuiltBy = (item: Item, execution: string): boolean =>
  operationState(item, 'launch').owner === execution && buildSettled(instanceItem(item)) === 'active';

/** `mayEndBuild` as the condition of a write. */
export const mayEndBuildBy = (execution: string): Condition =>
  any(
    all(equals(LAUNCH.owner, execution), oneOf<InstanceItem>('vm_state', ['building', 'error'])),
    all(equals(LAUNCH.owner, null), equals<InstanceItem>('vm_state', 'building')),
  );

/**
 * Ends the first attempt of a server that failed: there is nothing left to be built, and its mapping, where it has one,
 * leads to the record that says why.
 */
export async function endFirstAttempt(
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
