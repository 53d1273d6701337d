import type { Json } from '#ports/json';
import type { Allocations, Resources } from '#ports/placement';
import { listOf, mapOf, numbersOf, textOf } from './reading.ts';
import { jsonOrNull } from './json-text.ts';

/** Placement's microversion whose form we write. */
export const ALLOCATION_REQUEST_VERSION = '1.36';

/** The text by which a Selection says that nothing is to be claimed. */
export const NO_ALLOCATION_REQUEST = 'null';

/** The JSON text of a Selection that asks one provider for everything. */
export const allocationRequestText = (provider: string, resources: Resources): string =>
  allocationsText({ [provider]: resources }, { '': [provider] });

/** The JSON text of a Selection; `mappings` gives the providers of each group, the unnumbered one as empty text. */
export function allocationsText(
  allocations: Allocations,
  mappings: Readonly<Record<string, readonly string[]>>,
): string {
  const named = Object.entries(allocations).map(([provider, resources]) => [provider, { resources }]);
  return JSON.stringify({ allocations: Object.fromEntries(named), mappings });
}

/**
 * Reads the JSON text of a Selection: `{allocations: {<provider>: {resources}}}`, or the list of microversions below
 * 1.12. Undefined when it asks for nothing or cannot be read.
 */
export function parseAllocationRequest(text: string): Allocations | undefined {
  const parsed = jsonOrNull(text);
  const { allocations } = mapOf(parsed);
  const pairs = Array.isArray(allocations)
    ? listOf(allocations).map((entry) => {
        const { resource_provider: provider, resources } = mapOf(entry);
        return [textOf(mapOf(provider)['uuid']) ?? '', positive(resources)] as const;
      })
    : Object.entries(mapOf(allocations)).map(
        ([provider, entry]) => [provider, positive(mapOf(entry)['resources'])] as const,
      );
  const usable = pairs.every(([provider, resources]) => provider !== '' && resources !== undefined);
  return usable && pairs.length > 0
    ? Object.fromEntries(pairs.map(([provider, resources]) => [provider, resources ?? {}]))
    : undefined;
}

function positive(resources: Json | undefined): Resources | undefined {
  const amounts = Object.entries(numbersOf(resources)).filter(([, amount]) => amount !== 0);
  const usable = amounts.every(([, amount]) => Number.isSafeInteger(amount) && amount > 0);
  return usable && amounts.length > 0 ? Object.fromEntries(amounts) : undefined;
}
