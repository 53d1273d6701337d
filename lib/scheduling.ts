import { ConfigurationInvalid } from '#configuration/read';
import { multipliersOf } from '#configuration/scheduling';
import { enabledFilters } from '#scheduler/filters/list';
import { preferences } from '#scheduler/weights/list';
import type { FunctionSettings } from './api-stack.ts';

/**
 * Looks whether the scheduler has the filters, weighers and multipliers that the context names, before functions are
 * deployed that would find out.
 *
 * @throws ConfigurationInvalid that names the key and what there is
 */
export function checkScheduling({ enabledFilters: filters, weightClasses, weightMultipliers }: FunctionSettings): void {
  check('enabledFilters', filters, () => enabledFilters(filters ?? []));
  check('weightClasses', weightClasses, () => preferences(weightClasses));
  check('weightMultipliers', weightMultipliers, () => preferences(weightClasses, multipliersOf(weightMultipliers)));
}

function check(key: string, value: unknown, make: () => unknown): void {
  try {
    make();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ConfigurationInvalid(`context "${key}" is ${JSON.stringify(value)}: ${error.message}`, { cause: error });
  }
}
