import { buildSettled } from '#conductor/settled';
import { all, equals, exists, not, type Condition } from '#ports/conditions';
import type { Item } from '#ports/tables';
import { hasInfoCache } from '#records/instance-item';
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

/** Whether a host has built the server for this execution: whatever fails of ours afterwards changes nothing of it. */
export const isBuiltBy = (item: Item, execution: string): boolean =>
  operationState(item, 'launch').owner === execution && buildSettled(instanceItem(item)) === 'active';
