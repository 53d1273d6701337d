import { describe, expect, it } from 'vitest';
import {
  absent,
  all,
  any,
  atLeast,
  atMost,
  contains,
  equals,
  exists,
  not,
  oneOf,
  type Condition,
} from '#ports/conditions';
import { ConditionFailed } from '#ports/tables';
import { rejected } from '../fixtures/rejected.ts';
import { CELL, type TablesBench } from './tables-bench.ts';

/** Everything a condition can meet: each scalar type, null, a list; `missing` is set nowhere. */
const FACTS = { host: 'host1', count: 5, flag: true, nothing: null, tags: ['a', 'b'], text: 'abcabc' };

const CONDITIONS: readonly [title: string, condition: Condition, holds: boolean][] = [
  ['exists', exists, true],
  ['absent', absent, false],
  ['equals the text', equals('host', 'host1'), true],
  ['equals another text', equals('host', 'host2'), false],
  ['equals the number', equals('count', 5), true],
  ['equals a text of the number', equals('count', '5'), false],
  ['equals the boolean', equals('flag', true), true],
  ['equals the other boolean', equals('flag', false), false],
  ['equals null where null is set', equals('nothing', null), true],
  ['equals null where nothing was set', equals('missing', null), true],
  ['equals null where a text is set', equals('host', null), false],
  ['equals a text where nothing was set', equals('missing', 'x'), false],
  ['equals a text where null is set', equals('nothing', 'x'), false],
  ['one of the values', oneOf('host', ['host0', 'host1']), true],
  ['none of the values', oneOf('host', ['host0', 'host2']), false],
  ['one of no values', oneOf('host', []), false],
  ['one of several with null, where null is set', oneOf('nothing', ['x', null]), true],
  ['one of several with null, where nothing was set', oneOf('missing', ['x', null]), true],
  ['one of several with null, where another is set', oneOf('host', ['x', null]), false],
  [
    'one of 250 values',
    oneOf(
      'count',
      Array.from({ length: 250 }, (_, at) => at + 5 - 249),
    ),
    true,
  ],
  ['at most its own number', atMost('count', 5), true],
  ['at most a smaller number', atMost('count', 4), false],
  ['at most a text', atMost('count', '9'), false],
  ['at most, where nothing was set', atMost('missing', 5), false],
  ['at most, where null is set', atMost('nothing', 5), false],
  ['at least its own number', atLeast('count', 5), true],
  ['at least a greater number', atLeast('count', 6), false],
  ['at least a smaller text', atLeast('host', 'host0'), true],
  ['at least, where nothing was set', atLeast('missing', 5), false],
  ['contains a text', contains('text', 'cab'), true],
  ['contains no such text', contains('text', 'x'), false],
  ['contains, where nothing was set', contains('missing', 'x'), false],
  ['contains, where a list is set', contains('tags', 'a'), false],
  ['all hold', all(equals('host', 'host1'), atMost('count', 9)), true],
  ['not all hold', all(equals('host', 'host1'), atMost('count', 1)), false],
  ['all of none', all(), true],
  ['any holds', any(equals('host', 'x'), atMost('count', 9)), true],
  ['none holds', any(equals('host', 'x'), atMost('count', 1)), false],
  ['any of none', any(), false],
  ['all of one', all(any(equals('host', 'x'), equals('count', 5))), true],
  ['not of not', not(not(all(equals('host', 'host1'), equals('count', 5)))), true],
  ['all of one, which is not', all(not(equals('missing', null))), false],
  ['not of what holds', not(exists), false],
  ['not of what does not', not(any(equals('host', 'x'), equals('count', 1))), true],
  ['not of a comparison with nothing', not(atMost('missing', 5)), true],
  ['mixed without loss of brackets', all(any(absent, equals('count', 5)), not(equals('flag', false))), true],
];

/** Conditions of an item that is not there. */
const ON_NOTHING: readonly [title: string, condition: Condition, holds: boolean][] = [
  ['exists', exists, false],
  ['absent', absent, true],
  ['equals null', equals('host', null), true],
  ['equals a text', equals('host', 'x'), false],
  ['not equals a text', not(equals('host', 'x')), true],
];

/** Each condition, as the condition of a write and as a filter. */
export const conditionsContract = (bench: TablesBench): void => {
  describe('conditions', () => {
    it.each(CONDITIONS)('%s', async (_title, condition, holds) => {
      const item = await bench.stored(FACTS);

      const error = await rejected(bench.tables.update(CELL, item, { set: { changed: true } }, condition));

      expect(error instanceof ConditionFailed ? 'refused' : error).toBe(holds ? undefined : 'refused');
    });

    it.each(ON_NOTHING)('%s, of an item that is not there', async (_title, condition, holds) => {
      const key = { pk: bench.fresh(), sk: 'sk' };

      const error = await rejected(bench.tables.update(CELL, key, { set: { changed: true } }, condition));

      expect(error instanceof ConditionFailed ? [error.item] : error).toEqual(holds ? undefined : [undefined]);
    });

    it.each(CONDITIONS)('%s, as a filter', async (_title, condition, holds) => {
      const item = await bench.stored(FACTS);

      const page = await bench.tables.query(CELL, { partition: item.pk, filter: condition });

      expect(page.items).toEqual(holds ? [item] : []);
    });
  });
};
