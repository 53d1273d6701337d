import * as v from 'valibot';
import { aboutOf } from './about.ts';
import { textOf } from './values.ts';

/** A configuration that cannot be taken: each line names a key, its value and the remedy. */
export class ConfigurationInvalid extends Error {
  override readonly name = 'ConfigurationInvalid' as const;
}

type Entries = Readonly<Record<string, v.GenericSchema>>;
type Given = Readonly<Record<string, unknown>>;

/**
 * What a function is configured with. A variable that is empty counts as not set.
 *
 * @throws ConfigurationInvalid that says all that is wrong
 */
export function readEnvironment<S extends v.StrictObjectSchema<Entries, undefined>>(
  schema: S,
  environment: Readonly<Record<string, string | undefined>>,
): v.InferOutput<S> {
  const given: Record<string, string> = {};
  for (const [key, entry] of Object.entries<v.GenericSchema>(schema.entries)) {
    const value = environment[variableOf(key, entry)] ?? '';
    if (value !== '') given[key] = value;
  }
  const result = v.safeParse(schema, given);
  if (result.success) return result.output;
  const named = (key: string): string => {
    const entry = schema.entries[key];
    return `the environment variable ${entry === undefined ? key : variableOf(key, entry)}`;
  };
  throw new ConfigurationInvalid([...faultsByKey(result.issues, given, named).values()].join('\n'));
}

/** The variables that carry these values to functions; what is null is left out. */
export function environmentOf(schema: v.StrictObjectSchema<Entries, undefined>, values: Given): Record<string, string> {
  return Object.fromEntries(
    Object.entries(schema.entries).flatMap(([key, entry]) => {
      const value = values[key] ?? null;
      return value === null ? [] : [[variableOf(key, entry), textOf(value)]];
    }),
  );
}

function variableOf(key: string, entry: v.GenericSchema): string {
  const { environment } = aboutOf(entry);
  if (environment === undefined) throw new TypeError(`functions are not given ${key}: name its environment variable`);
  return environment;
}

/** One line for each key that is wrong, which names the key, its value and the remedy. */
export function faultsByKey(
  issues: readonly v.BaseIssue<unknown>[],
  given: Given,
  named: (key: string) => string,
): ReadonlyMap<string, string> {
  const first = new Map<string, string>();
  for (const issue of issues) {
    const at = issue.path?.[0]?.key;
    const key = typeof at === 'string' ? at : '';
    const value = given[key];
    // A key that is missing altogether has no value that anything could be said of.
    const remedy = issue.kind === 'schema' && value === undefined ? '' : `: ${issue.message}`;
    const is = value === undefined ? 'is not set' : `is ${JSON.stringify(value)}`;
    if (!first.has(key)) first.set(key, `${named(key)} ${is}${remedy}`);
  }
  return first;
}
