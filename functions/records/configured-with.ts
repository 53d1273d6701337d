import { withRunTime } from '#configuration/run-time';
import { configurationOf, optionsOf, type Configuration } from '#ports/configuration';

/** What functions go by with what was set at run time, and why parts of that were left out. */
export function configuredWith(
  deployed: Configuration,
  set: Readonly<Record<string, unknown>>,
): { readonly config: Configuration; readonly refused: readonly string[] } {
  const { options, refused } = withRunTime(optionsOf(deployed), set);
  const { roleId } = deployed;
  return { config: { ...configurationOf(options), ...(roleId === undefined ? {} : { roleId }) }, refused };
}
