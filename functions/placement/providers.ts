import { all, equals, exists, oneOf } from '#ports/conditions';
import type { Provider, Resources } from '#ports/placement';
import { ConditionFailed, TableThrottled, type Item, type Tables } from '#ports/tables';
import { PLACEMENT } from '#records/keys';
import { difference } from './allocations.ts';
import { nextShard } from './capacity-shards.ts';
import {
  capacities,
  capacityAttribute,
  capacityDigest,
  claimed,
  factAttributes,
  freeAttribute,
  inventoryAttributes,
  providerKey,
  readProvider,
  readProviderWrites,
  storedDigest,
  storedShard,
} from './provider-item.ts';
import { unitAttributes } from './units.ts';

const TRIES = 5;

/**
 * Makes or changes a provider; what is claimed on it stays. A node that reports unchanged capacity costs one request.
 * Inventories that a compute wrote through Placement's API count more than those that its node's record comes to.
 * Inventories that a compute wrote through Placement's API count more than those that its node's record comes to.
 *
 * @throws TableThrottled when other writers changed the capacity at every try
 */
export async function saveProvider(tables: Tables, provider: Provider): Promise<void> {
  const key = providerKey(provider.uuid);
  let wanted = provider;
  let before = { digest: capacityDigest(capacities(provider)), capacity: capacities(provider) };
  let isReported = false;
  // A node that comes back is found by its capacity again.
  let back: { readonly by_capacity?: string } | undefined;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const { set, remove, add } = inventoryChange(wanted, before.capacity);
    const unchanged = before.digest === capacityDigest(capacities(wanted));
    try {
      await tables.update(
        PLACEMENT,
        key,
        { set: { ...factAttributes(wanted), ...set, ...back }, remove, ...(unchanged ? {} : { add }) },
        all(
          exists,
          equals('capacity_digest', before.digest),
          oneOf('reported', [isReported ? true : null]),
          oneOf('retired', back === undefined ? [null, false] : [true]),
        ),
      );
      return;
    } catch (error) {
      if (!(error instanceof ConditionFailed)) {
        throw error;
      }
      if (error.item === undefined && (await createProvider(tables, provider))) {
        return;
      }
      if (error.item !== undefined) {
        const stored = readProvider(error.item);
        before = { digest: storedDigest(error.item), capacity: stored.capacity };
        isReported = readProviderWrites(error.item).isReported;
        wanted = isReported ? { ...provider, inventories: stored.provider.inventories } : provider;
        back = stored.retired ? { by_capacity: storedShard(error.item) } : undefined;
      }
    }
  }
  throw new TableThrottled(`provider ${provider.uuid} is changed by many`);
}

/** What a write of inventories changes, where a provider's capacity was another: what is claimed stays claimed. */
export function inventoryChange(provider: Provider, before: Resources) {
  const capacity = capacities(provider);
  const change = difference({ at: capacity }, { at: before })['at'] ?? {};
  const gone = Object.keys(before).filter((name) => capacity[name] === undefined);
  const zeros = Object.fromEntries(gone.map((name) => [capacityAttribute(name), 0]));
  return {
    set: { ...inventoryAttributes(provider), ...zeros },
    remove: unitAttributes(provider).remove,
    add: claimed(change),
  };
}

/** Has the scheduler find a provider among those with capacity, or no more. One that is not there is left so. */
export async function offerProvider(tables: Tables, uuid: string, isOffered: boolean): Promise<void> {
  const key = providerKey(uuid);
  const item = await tables.get(PLACEMENT, key);
  if (item === undefined) return;
  const update = isOffered ? { set: { by_capacity: storedShard(item) } } : { remove: ['by_capacity'] };
  try {
    await tables.update(PLACEMENT, key, update, exists);
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
}

async function createProvider(tables: Tables, provider: Provider): Promise<boolean> {
  const capacity = capacities(provider);
  const shard = await nextShard(tables);
  const free = Object.entries(capacity).map(([name, amount]) => [freeAttribute(name), amount] as const);
  const item: Item = {
    ...providerKey(provider.uuid),
    ...factAttributes(provider),
    ...Object.fromEntries(free),
    shard,
    by_capacity: shard,
    by_capacity_sort: capacity['MEMORY_MB'] ?? 0,
  };
  try {
    await tables.put(PLACEMENT, item, { kind: 'absent' });
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) {
      return false;
    }
    throw error;
  }
}

/**
 * Removes a provider that nobody holds anything on; false when somebody does. One that is not there counts as removed.
 */
export async function deleteProvider(tables: Tables, uuid: string): Promise<boolean> {
  const item = await tables.get(PLACEMENT, providerKey(uuid));
  if (item === undefined) {
    return true;
  }
  const { capacity } = readProvider(item);
  const untouched = Object.entries(capacity).map(([name, amount]) => equals(freeAttribute(name), amount));
  try {
    await tables.delete(PLACEMENT, providerKey(uuid), all(exists, ...untouched));
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) {
      return error.item === undefined;
    }
    throw error;
  }
}

/** Removes a provider; while somebody holds something on it, it stays and is no candidate any more. */
export async function retireProvider(tables: Tables, uuid: string): Promise<void> {
  if (await deleteProvider(tables, uuid)) return;
  try {
    await tables.update(PLACEMENT, providerKey(uuid), { set: { retired: true }, remove: ['by_capacity'] }, exists);
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
}
