import type { Attributes } from '#ports/tables';
import { mapOf, textsOf } from '#wire/reading';
import { finiteNumber, nonEmptyText } from './read.ts';

/** A flavor as it lies in the api table. */
export type FlavorItem = ReturnType<typeof flavorItem>;

/** Reads the item of a flavor. */
export function flavorItem(item: Attributes) {
  return {
    /** What distinguishes the message that made it from others. */
    made_by: nonEmptyText(item['made_by']),
    id: finiteNumber(item['id']),
    /** The id that users know it by. */
    flavorid: nonEmptyText(item['flavorid']),
    name: nonEmptyText(item['name']),
    is_public: item['is_public'] === true,
    disabled: item['disabled'] === true,
    /** Projects that may use it when it is not public. */
    projects: textsOf(item['projects']),
    extra_specs: mapOf(item['extra_specs']),
  };
}
