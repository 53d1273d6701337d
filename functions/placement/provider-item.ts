import type { Inventory, Provider, Resources } from '#ports/placement';
import type { JsonMap } from '#ports/json';
import type { Attributes, Item } from '#ports/tables';
import { providerKey } from '#records/keys';
import { listOf, mapOf, numberOf, textOf, textsOf } from '#wire/reading';
import { unitAttributes } from './units.ts';

/**
 * How a provider lies in the table. Beside its facts an item holds, for each resource class, `capacity:CLASS` and
 * `free:CLASS`: what may be claimed at all, and what is left. A claim needs the second alone, so that one conditional
 * write decides it without reading the provider first, whatever happens to the inventory meanwhile.
 */

const FREE = 'free:';
const CAPACITY = 'capacity:';

export { providerKey };
export const freeAttribute = (resourceClass: string): string => `${FREE}${resourceClass}`;
export const capacityAttribute = (resourceClass: string): string => `${CAPACITY}${resourceClass}`;

/** A provider with what is left on it. Free amounts may be negative after an inventory shrank. */
export interface ProviderState {
  readonly provider: Provider;
  readonly capacity: Resources;
  readonly free: Resources;
  /** Its node is gone, and only claims are left on it. */
  readonly retired: boolean;
  readonly traits: readonly string[];
  /** The provider that it lies below; null for a compute node's own. */
  readonly parent: string | null;
  /** All providers below a compute node's own; empty for others. */
  readonly below: readonly string[];
}

/** An inventory as Placement spells it; units that nobody gave are left out. */
function inventoryJson({ total, reserved, allocationRatio, minUnit, maxUnit, stepSize }: Inventory): JsonMap {
  return {
    total,
    reserved,
    allocation_ratio: allocationRatio,
    ...(minUnit === undefined ? {} : { min_unit: minUnit }),
    ...(maxUnit === undefined ? {} : { max_unit: maxUnit }),
    ...(stepSize === undefined ? {} : { step_size: stepSize }),
  };
}

/** Reads what inventoryJson writes. */
function inventoryOf(value: JsonMap): Inventory {
  const [minUnit, maxUnit, stepSize] = [value['min_unit'], value['max_unit'], value['step_size']].map(numberOf);
  return {
    total: numberOf(value['total']) ?? 0,
    reserved: numberOf(value['reserved']) ?? 0,
    allocationRatio: numberOf(value['allocation_ratio']) ?? 1,
    ...(minUnit === undefined ? {} : { minUnit }),
    ...(maxUnit === undefined ? {} : { maxUnit }),
    ...(stepSize === undefined ? {} : { stepSize }),
  };
}

/** What may be claimed of an inventory. */
function capacityOf({ total, reserved, allocationRatio }: Inventory): number {
  return Math.max(0, Math.floor((total - reserved) * allocationRatio));
}

/** What may be claimed of each resource class. */
export function capacities(provider: Provider): Resources {
  return Object.fromEntries(
    Object.entries(provider.inventories).map(([name, inventory]) => [name, capacityOf(inventory)]),
  );
}

/** One scalar that differs between two capacities, so that a write can demand that they have not changed. */
export function capacityDigest(capacity: Resources): string {
  return Object.entries(capacity)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, amount]) => `${name}=${amount}`)
    .join(';');
}

/** The attributes that say what may be claimed. */
export function inventoryAttributes(provider: Provider): Attributes {
  const capacity = capacities(provider);
  return {
    inventories: Object.fromEntries(
      Object.entries(provider.inventories).map(([name, inventory]) => [name, inventoryJson(inventory)]),
    ),
    ...unitAttributes(provider).set,
    capacity_digest: capacityDigest(capacity),
    ...Object.fromEntries(Object.entries(capacity).map(([name, amount]) => [capacityAttribute(name), amount])),
  };
}

/** The attributes that change with the node and not with claims. */
export function factAttributes(provider: Provider): Attributes {
  return {
    uuid: provider.uuid,
    host: provider.host,
    node: provider.node,
    cell: provider.cell,
    cell_uuid: provider.cellUuid,
    hypervisor_type: provider.hypervisorType,
    hypervisor_version: provider.hypervisorVersion,
    supported_instances: provider.supportedInstances.map((triple) => [...triple]),
    running_vms: provider.runningVms,
    io_workload: provider.ioWorkload,
    ...inventoryAttributes(provider),
    lookup: provider.host,
    lookup_sort: providerKey(provider.uuid).pk,
    retired: false,
  };
}

/** Reads an item as factAttributes and the claims wrote it. */
export function readProvider(item: Item): ProviderState {
  const text = (name: string): string => textOf(item[name]) ?? '';
  const number = (name: string): number => numberOf(item[name]) ?? 0;
  return {
    provider: {
      uuid: text('uuid'),
      host: text('host'),
      node: text('node'),
      cell: text('cell'),
      cellUuid: text('cell_uuid'),
      inventories: Object.fromEntries(
        Object.entries(mapOf(item['inventories'])).map(([name, value]) => [name, inventoryOf(mapOf(value))]),
      ),
      hypervisorType: text('hypervisor_type'),
      hypervisorVersion: number('hypervisor_version'),
      supportedInstances: listOf(item['supported_instances']).map((triple) => {
        const [architecture, type, mode] = listOf(triple);
        return [textOf(architecture) ?? '', textOf(type) ?? '', textOf(mode) ?? ''] as const;
      }),
      runningVms: number('running_vms'),
      ioWorkload: number('io_workload'),
    },
    capacity: amountsUnder(item, CAPACITY),
    free: amountsUnder(item, FREE),
    retired: item['retired'] === true,
    traits: textsOf(item['traits']),
    parent: textOf(item['parent']) ?? null,
    below: textsOf(item['below']),
  };
}

/** What a compute wrote about a provider through Placement's API. */
export interface ProviderWrites {
  /** The compute node's own provider above it; undefined where it is that itself. */
  readonly root: string | undefined;
  /** Raised by every such write of its inventories, traits and aggregates. */
  readonly generation: number;
  readonly aggregates: readonly string[];
  /** Counts the changes of what lies below it; null before the first. */
  readonly treeChanges: number | null;
  /** Its inventories are those that were written, whatever its node's record comes to. */
  readonly isReported: boolean;
}

/** Reads what was written about a provider. */
export const readProviderWrites = (item: Item): ProviderWrites => ({
  root: textOf(item['root']),
  generation: numberOf(item['generation']) ?? 0,
  aggregates: textsOf(item['aggregates']),
  treeChanges: numberOf(item['tree_changes']) ?? null,
  isReported: item['reported'] === true,
});

/** The name of a partition of the capacity index. */
export const shardName = (at: number): string => `compute#${at}`;

/** Reads the count of the providers that were ever made. */
export const providersMade = (item: Item | undefined): number => numberOf(item?.['count']) ?? 0;

/** The partition of the capacity index that a provider is in while it is offered. */
export const storedShard = (item: Item): string => textOf(item['shard']) ?? shardName(0);

/** The digest of the capacity that an item was last written with. */
export const storedDigest = (item: Item): string => textOf(item['capacity_digest']) ?? '';

function amountsUnder(item: Item, prefix: string): Resources {
  return Object.fromEntries(
    Object.entries(item).flatMap(([name, value]) =>
      name.startsWith(prefix) && typeof value === 'number' ? [[name.slice(prefix.length), value]] : [],
    ),
  );
}

/** Numbers to add to a provider's item when amounts are claimed (negative: given back). */
export function claimed(resources: Resources): Record<string, number> {
  const memory = resources['MEMORY_MB'];
  return {
    ...Object.fromEntries(Object.entries(resources).map(([name, amount]) => [freeAttribute(name), -amount])),
    ...(memory === undefined ? {} : { by_capacity_sort: -memory }),
  };
}
