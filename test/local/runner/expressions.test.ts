import * as fc from 'fast-check';
import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import { Expressions } from '#local/runner/expressions';
import { overTheWire, type Json } from '#local/runner/json';

const clock = new VirtualClock();
const compile = (text: string) => new Expressions({ clock, random: () => 0.25 }).compile(text);
const key = fc.constantFrom('a', 'b', 'c');
const document = fc.letrec<{ any: Json }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Json>(null, true, 1, 'text', [], {}),
    fc.dictionary(key, tie('any'), { noNullPrototype: true }),
    fc.dictionary(key, tie('any'), { noNullPrototype: true }),
    fc.array(tie('any'), { maxLength: 3 }),
  ),
})).any;

describe('a bare path', () => {
  it('gives what the interpreter gives, for any document', async () => {
    await fc.assert(
      fc.asyncProperty(document, fc.array(key, { maxLength: 3 }), async (input, names) => {
        const text = ['$states', 'input', ...names].join('.');
        const states = { input };

        const result = await compile(text).evaluate({ states });

        const interpreted: unknown = await jsonata(text).evaluate(undefined, { states: structuredClone(states) });
        expect(result).toEqual(
          interpreted === undefined ? { kind: 'nothing' } : { kind: 'value', value: overTheWire(interpreted) },
        );
      }),
    );
  });

  it('is walked at once, without a promise', () => {
    const result = compile('$states.input.a').evaluate({ states: { input: { a: [1] } } });

    expect(result).toEqual({ kind: 'value', value: [1] });
  });

  it('does not reach what objects inherit', () => {
    const result = compile('$states.input.constructor').evaluate({ states: { input: {} } });

    expect(result).toEqual({ kind: 'nothing' });
  });
});

describe('an expression', () => {
  it.each<[string, Json]>([
    ['$partition([1, 2, 3], 2)', [[1, 2], [3]]],
    ['$range(0, 6, 3)', [0, 3, 6]],
    ['$parse("{\\"a\\": [1]}")', { a: [1] }],
    ['$hash("x", "SHA-256")', '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881'],
    ['$random()', 0.25],
    ['$millis()', Date.UTC(2026, 0, 1)],
    ['$now()', '2026-01-01T00:00:00.000Z'],
    ['$length($uuid())', 36],
    ['$x.{"n": n}', { n: 1 }],
  ])('%s', async (text, value) => {
    const result = await compile(text).evaluate({ x: { n: 1 } });

    expect(result).toEqual({ kind: 'value', value });
  });

  it.each([
    ['$none', 'nothing'],
    ['$eval("1")', 'error'],
    ['function($x){$x}', 'unsupported'],
    ['[$sum]', 'unsupported'],
    ['"a" + 1', 'error'],
  ])('%s gives no value (%s)', async (text, kind) => {
    const result = await compile(text).evaluate({});

    expect(result.kind).toBe(kind);
  });

  it('is compiled once for each text', () => {
    const expressions = new Expressions({ clock, random: () => 0 });

    const [one, two] = [expressions.compile('1 + $x'), expressions.compile('1 + $x')];

    expect(one).toBe(two);
  });
});
