import * as v from 'valibot';
import { describe, expect, it, test } from 'vitest';
import { readContext } from '#configuration/context';
import { FUNCTION_OPTIONS, type FunctionOptions } from '#configuration/options';
import { environmentOf, readEnvironment } from '#configuration/read';
import { FILTERS, MULTIPLIERS, WEIGHERS } from '#configuration/scheduling';
import { configurationOf, type Configuration } from '#ports/configuration';
import { DEFAULT_FILTERS } from '#scheduler/filters/list';
import { preferences } from '#scheduler/weights/list';
import { OTHER } from './other-values.ts';
import { SEEN_IN_CLOUDS } from './seen-in-clouds.ts';
import { SEEN_IN_WORLDS } from './seen-in-worlds.ts';

const defaults = readContext({ cells: ['cell1'] });
const DEFAULTS = new Map<string, unknown>(Object.entries(defaults));

describe('an option of functions', () => {
  test.each(Object.entries(OTHER))('%s has another value here than by default', (key, value) => {
    expect(DEFAULTS.get(key)).not.toEqual(value);
  });

  it('reaches them as the context said it', () => {
    const environment = environmentOf(FUNCTION_OPTIONS, readContext({ cells: ['cell1'], ...OTHER }));

    expect(readEnvironment(FUNCTION_OPTIONS, environment)).toEqual(OTHER);
    expect(Object.keys(environment)).toHaveLength(Object.keys(OTHER).length);
  });

  it('is what they go by, under the names of their own', () => {
    expect(configurationOf(OTHER)).toMatchObject({
      quota: { instances: 1, cores: 1, ram: 600 },
      groupQuota: { server_groups: 1, server_group_members: 1 },
      computeRpc: '5.13',
      schedulerRpc: '4.4',
      enabledFilters: ['AvailabilityZoneFilter'],
      maxAttempts: 2,
    });
  });
});

/** Options that templates alone show; test/lib/settings.test.ts has them, and those that functions are not given. */
type SeenInTemplates = 'deployment' | 'directCalls';

const SEEN: Readonly<Record<Exclude<keyof FunctionOptions, SeenInTemplates>, (config: Configuration) => unknown>> = {
  ...SEEN_IN_WORLDS,
  ...SEEN_IN_CLOUDS,
};

/** The defaults of a deployment, with one option changed. */
const configured = (changes: Partial<FunctionOptions> = {}): Configuration =>
  configurationOf(v.parse(FUNCTION_OPTIONS, changes));

/** What several options change is looked at once. */
const known = new Map<unknown, unknown>();
async function seenByDefault(sees: (config: Configuration) => unknown): Promise<unknown> {
  if (!known.has(sees)) known.set(sees, await sees(configured()));
  return known.get(sees);
}

describe('what functions do', () => {
  it.each(Object.entries(SEEN))('is changed by %s', async (key, sees) => {
    const other = Object.fromEntries(Object.entries(OTHER).filter(([name]) => name === key));

    const byDefault = await seenByDefault(sees);
    const changed = await sees(configured(other));

    expect(changed).not.toEqual(byDefault);
  });
});

describe('the scheduler', () => {
  it('has the filters and weighers that a deployment may name', () => {
    expect([...FILTERS]).toEqual(DEFAULT_FILTERS);
    expect(preferences(WEIGHERS.slice(1)).map(({ weigher }) => weigher.name)).toEqual(WEIGHERS.slice(1));
    expect(preferences([WEIGHERS[0]])).toHaveLength(WEIGHERS.length - 1);
  });

  it('has the multipliers that a deployment may name', () => {
    const doubled = Object.fromEntries(MULTIPLIERS.map((name) => [`${name}_weight_multiplier`, 2]));

    expect(preferences([WEIGHERS[0]], doubled).map(({ multiplier }) => multiplier)).toEqual(MULTIPLIERS.map(() => 2));
  });
});
