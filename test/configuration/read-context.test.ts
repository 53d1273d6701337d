import { describe, expect, it } from 'vitest';
import { closestName } from '#configuration/closest-name';
import { FUNCTION_OPTIONS } from '#configuration/options';
import { readContext } from '#configuration/context';
import { environmentOf, readEnvironment } from '#configuration/read';

describe('a context', () => {
  it('that names the cells alone is complete', () => {
    const { cells, ...settings } = readContext({ cells: ['cell1'] });

    expect(cells).toEqual(['cell1']);
    expect(settings).toMatchObject({
      deployment: 'nova-conductor',
      requirePrincipals: true,
      maxAttempts: 3,
      stage: null,
    });
    expect(Object.values(settings)).not.toContain(undefined);
  });

  it('may give everything as the text of the command line', () => {
    const context = { cells: 'cell1,cell2', tracing: 'true', requirePrincipals: 'false', waitSeconds: '30' };

    expect(readContext(context)).toMatchObject({
      cells: ['cell1', 'cell2'],
      tracing: true,
      requirePrincipals: false,
      waitSeconds: 30,
    });
  });

  it('without cells is refused with the remedy', () => {
    expect(() => readContext({})).toThrow('context "cells" is not set: name each cell once, and cell0 not at all');
  });

  it('takes no key of the prototype of objects for one of its own', () => {
    expect(() => readContext({ cells: ['cell1'], constructor: 1 })).toThrow('context "constructor" is not a key');
  });
});

describe('the pin of the compute RPC', () => {
  it.each([
    ['6.1', '6.1'],
    ['2023.1', '6.2'],
    ['antelope', '6.2'],
    ['hibiscus', '6.5'],
    ['stein', '5.1'],
    ['auto', null],
  ])('%s stands for %s, and is passed to functions as that', (pin, version) => {
    const { computeRpc, ...context } = readContext({ cells: ['cell1'], computeRpc: pin });

    const environment = environmentOf(FUNCTION_OPTIONS, { ...context, computeRpc });

    expect(computeRpc).toBe(version);
    expect(readEnvironment(FUNCTION_OPTIONS, environment).computeRpc).toBe(version);
  });

  it.each(['pike', '2022.9', 'Antelope', '2023.10'])('%s is refused with what it may be', (pin) => {
    expect(() => readContext({ cells: ['cell1'], computeRpc: pin })).toThrow('a release like antelope or 2023.1');
  });
});

describe('the closest name', () => {
  it.each([
    ['requirePrincipal', 'requirePrincipals'],
    ['REQUIRE_PRINCIPALS', 'requirePrincipals'],
    ['wait-second', 'waitSeconds'],
  ])('of %s is %s', (given, meant) => {
    expect(closestName(given, ['tracing', 'waitSeconds', 'requirePrincipals'])).toBe(meant);
  });

  it('is none where every letter would have to change', () => {
    expect(closestName('abc', ['cells', 'tracing'])).toBeUndefined();
  });
});
