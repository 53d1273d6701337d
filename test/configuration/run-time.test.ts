import { describe, expect, it } from 'vitest';
import { FUNCTION_DEFAULTS, FUNCTION_OPTIONS } from '#configuration/options';
import { isRunTimeOption, RUN_TIME, withRunTime } from '#configuration/run-time';
import { configurationOf, DEFAULTS, optionsOf } from '#ports/configuration';

describe('values of run time', () => {
  it('lie over those that were deployed', () => {
    const { options, refused } = withRunTime(FUNCTION_DEFAULTS, { maxAttempts: 5, enabledFilters: ['ComputeFilter'] });

    expect(options).toEqual({ ...FUNCTION_DEFAULTS, maxAttempts: 5, enabledFilters: ['ComputeFilter'] });
    expect(refused).toEqual([]);
  });

  it('may unset what a deployment has set', () => {
    const { options } = withRunTime({ ...FUNCTION_DEFAULTS, computeRpc: '5.13' }, { computeRpc: null });

    expect(options.computeRpc).toBeNull();
  });

  it('of options that a deployment alone decides are left out, and named', () => {
    const { options, refused } = withRunTime(FUNCTION_DEFAULTS, { requirePrincipals: false, nonsense: 1 });

    expect(options).toEqual(FUNCTION_DEFAULTS);
    expect(refused).toEqual([
      'run time "requirePrincipals" is no option that can be changed at run time',
      'run time "nonsense" is no option that can be changed at run time',
    ]);
  });

  it('that an option does not take are left out, and the others hold', () => {
    const { options, refused } = withRunTime(FUNCTION_DEFAULTS, { maxAttempts: 0, quotaCores: 'many', waitSeconds: 7 });

    expect(options).toEqual({ ...FUNCTION_DEFAULTS, waitSeconds: 7 });
    expect(refused).toEqual([
      'run time "maxAttempts" is 0: it may be a whole number from 1 to 100',
      'run time "quotaCores" is "many": it may be a whole number from -1 to 2147483647',
    ]);
  });
});

describe('options of run time', () => {
  it.each(['deployment', 'requirePrincipals', 'serviceDownTime', 'heartbeatWindow', 'notificationFormat', 'host'])(
    'are none that have to change everywhere at once, or together with the stacks: %s',
    (key) => {
      expect(Object.keys(FUNCTION_OPTIONS.entries)).toContain(key);
      expect(isRunTimeOption(key)).toBe(false);
    },
  );

  it('are passed to functions, each once', () => {
    const inSchema = Object.keys(FUNCTION_OPTIONS.entries);

    expect(RUN_TIME.filter((key) => !inSchema.includes(key))).toEqual([]);
    expect(new Set(RUN_TIME).size).toBe(RUN_TIME.length);
  });
});

it('the options of a configuration are those that it was made of', () => {
  const options = { ...FUNCTION_DEFAULTS, computeRpc: '5.13', enabledFilters: ['ComputeFilter'], quotaServerGroups: 3 };

  expect(optionsOf({ ...configurationOf(options), roleId: 'AROA' })).toEqual(options);
  expect(optionsOf(DEFAULTS)).toEqual({ ...FUNCTION_DEFAULTS, requirePrincipals: false });
});
