import { all, equals } from '#ports/conditions';
import type { JsonMap } from '#ports/json';
import type { Inventory } from '#ports/placement';
import { mapOf } from '#wire/reading';
import { freeAttribute } from '../provider-item.ts';
import { inventoryChange } from '../providers.ts';
import { answered, done, mustBeFew, Refused } from './answer.ts';
import type { ApiParts, Serve } from './call.ts';
import { isKnownClass } from './names.ts';
import { providerOf, writeProvider, type ProviderRecord } from './provider-record.ts';

/** The largest amount that Placement counts. */
const LARGEST = 2_147_483_647;

/** Shows a provider's inventories. */
export const getInventories: Serve = async ({ tables }, { id }) => {
  const found = await providerOf(tables, id);
  return answered(inventoriesBody(found.provider.inventories, found.generation));
};

/** Replaces a provider's inventories. */
export const putInventories: Serve = async (parts, { id, fields }) => {
  const before = await providerOf(parts.tables, id);
  if (typeof fields['resource_provider_generation'] !== 'number')
    throw new Refused(400, "JSON does not validate: 'resource_provider_generation' is a required property");
  const entries = Object.entries(mapOf(fields['inventories'])).map(
    ([name, value]) => [name, readInventory(name, mapOf(value))] as const,
  );
  mustBeFew(entries);
  for (const [name] of entries) {
    if (!(await isKnownClass(parts.tables, name)))
      throw new Refused(
        400,
        `Unknown resource class in inventory for resource provider ${id}: No such resource class ${name}.`,
      );
  }
  const inventories = Object.fromEntries(entries);
  const generation = await write(parts, before, fields['resource_provider_generation'], inventories);
  return answered(inventoriesBody(inventories, generation));
};

/** Takes all inventories of a provider away. */
export const deleteInventories: Serve = async (parts, { id }) => {
  await write(parts, await providerOf(parts.tables, id), undefined, {});
  return done();
};

/** @throws Refused with 409 when something is claimed of a class that goes */
async function write(
  { tables }: ApiParts,
  before: ProviderRecord,
  asked: number | undefined,
  inventories: Readonly<Record<string, Inventory>>,
): Promise<number> {
  const provider = { ...before.provider, inventories };
  const gone = Object.keys(before.provider.inventories).filter((name) => inventories[name] === undefined);
  const inUse = gone.find((name) => (before.free[name] ?? 0) !== (before.capacity[name] ?? 0));
  if (inUse !== undefined)
    throw new Refused(
      409,
      `update conflict: Inventory for '${inUse}' on resource provider '${before.uuid}' in use.`,
      'placement.inventory.inuse',
    );
  const { set, remove, add } = inventoryChange(provider, before.capacity);
  const unclaimed = gone.map((name) => equals(freeAttribute(name), before.free[name] ?? null));
  return writeProvider(
    tables,
    before,
    asked,
    { set: { ...set, reported: true }, remove, add },
    all(equals('capacity_digest', before.digest), ...unclaimed),
  );
}

function readInventory(name: string, fields: JsonMap): Inventory {
  const whole = (field: string, least: number, other: number): number => {
    const given = fields[field] ?? other;
    if (typeof given === 'number' && Number.isInteger(given) && given >= least && given <= LARGEST) return given;
    throw new Refused(400, `JSON does not validate: ${field} of ${name} is a whole number from ${least} to ${LARGEST}`);
  };
  const ratio = fields['allocation_ratio'] ?? 1;
  if (typeof ratio !== 'number' || ratio < 0)
    throw new Refused(400, `JSON does not validate: allocation_ratio of ${name} is a number from 0`);
  const inventory = {
    total: whole('total', 1, 0),
    reserved: whole('reserved', 0, 0),
    allocationRatio: ratio,
    minUnit: whole('min_unit', 1, 1),
    maxUnit: whole('max_unit', 1, LARGEST),
    stepSize: whole('step_size', 1, 1),
  };
  if (inventory.reserved > inventory.total)
    throw new Refused(400, `Invalid inventory for '${name}': the reserved value is greater than total.`);
  return inventory;
}

const inventoriesBody = (inventories: Readonly<Record<string, Inventory>>, generation: number): JsonMap => ({
  resource_provider_generation: generation,
  inventories: Object.fromEntries(
    Object.entries(inventories).map(([name, inventory]) => [
      name,
      {
        total: inventory.total,
        reserved: inventory.reserved,
        min_unit: inventory.minUnit ?? 1,
        max_unit: inventory.maxUnit ?? LARGEST,
        step_size: inventory.stepSize ?? 1,
        allocation_ratio: inventory.allocationRatio,
      },
    ]),
  ),
});
