import { getDefault } from 'valibot';
import { FUNCTION_OPTIONS, type FunctionOptions } from '#configuration/options';
import { meantBy } from '#configuration/context';
import { isRunTimeOption, RUN_TIME, withRunTime, type RunTimeOption } from '#configuration/run-time';
import { textOf } from '#configuration/values';
import { optionsOf } from '#ports/configuration';
import { API, runTimeKey } from '#records/keys';
import { runTimeItem, type RunTimeItem } from '#records/items/run-time';
import { CommandFailure, EXIT } from '#cli/deployment/failure';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';

/** An option as it holds. */
export interface OptionRow {
  readonly key: string;
  /** What functions go by; null for what is unset. */
  readonly value: unknown;
  /** Whose word that is. */
  readonly from: 'run time' | 'deployment' | 'default';
  /** What the stacks were deployed with. */
  readonly deployed: unknown;
  /** Whether `config set` takes it. */
  readonly changeable: boolean;
}

type Reading = Pick<DeploymentTarget, 'deployedSettings' | 'tables'>;

/** What functions were deployed with, and what was set at run time. */
export async function settingsOfTarget({ deployedSettings, tables }: Reading): Promise<{
  readonly deployed: FunctionOptions;
  readonly set: RunTimeItem;
}> {
  const [deployed, item] = await Promise.all([deployedSettings(), tables.get(API, runTimeKey)]);
  return { deployed: optionsOf(deployed), set: runTimeItem(item) };
}

/** Every option of functions, as it holds, and why run-time values are left out. */
export async function optionRows(target: Reading): Promise<{
  readonly rows: readonly OptionRow[];
  readonly refused: readonly string[];
}> {
  const { deployed, set } = await settingsOfTarget(target);
  const { options, refused } = withRunTime(deployed, set.values);
  const held = new Map<string, unknown>(Object.entries(options));
  const rows = Object.entries(deployed).map(([key, value]): OptionRow => {
    const isSet = key in set.values && !refused.some((reason) => reason.includes(`"${key}"`));
    const from = isSet ? 'run time' : isDefault(key, value) ? 'default' : 'deployment';
    return { key, value: held.get(key) ?? null, from, deployed: value, changeable: isRunTimeOption(key) };
  });
  return { rows, refused };
}

function isDefault(key: string, value: unknown): boolean {
  const entry = Object.entries(FUNCTION_OPTIONS.entries).find(([name]) => name === key)?.[1];
  return entry !== undefined && JSON.stringify(getDefault(entry)) === JSON.stringify(value);
}

/** A value as the command line takes it. */
export const shownValue = (value: unknown): string => (value === null || value === undefined ? 'unset' : textOf(value));

/**
 * The option that a word names.
 *
 * @throws CommandFailure for one that is not there, or that is changed by a deployment alone
 */
export function changeable(key: string): RunTimeOption {
  if (isRunTimeOption(key)) return key;
  const deployed = Object.hasOwn(FUNCTION_OPTIONS.entries, key);
  throw new CommandFailure(
    deployed
      ? `${key} is changed by a deployment alone: npx cdk deploy --all --context ${key}=VALUE`
      : `${key} is no option that can be changed at run time: ${meantBy(key, RUN_TIME)}`,
    EXIT.usage,
  );
}

/** A known option by its key. @throws CommandFailure when there is none */
export function oneOfRows(rows: readonly OptionRow[], key: string): OptionRow {
  const row = rows.find((each) => each.key === key);
  if (row !== undefined) return row;
  const known = rows.map((each) => each.key);
  throw new CommandFailure(`${key} is no option of functions: ${meantBy(key, known)}`, EXIT.usage);
}
