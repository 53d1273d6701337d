import { describe, expect, it } from 'vitest';
import { absent, atMost, equals, exists } from '#ports/conditions';
import { ConditionFailed, ItemTooLarge } from '#ports/tables';
import { rejected } from '../fixtures/rejected.ts';
import { CELL, type TablesBench } from './tables-bench.ts';

/** An attribute of every kind that is stored. */
const FACTS = { host: 'host1', count: 5, flag: true, nothing: null, tags: ['a', 'b'] };

/** Single items: put, get, delete and update with its writers. */
export const itemsContract = (bench: TablesBench): void => {
  describe('items', () => {
    it('an item comes back as it was put, maps and lists whole', async () => {
      const attributes = {
        ...FACTS,
        deep: { list: [1, null, { a: 'ü' }], empty: {} },
        real: 1.5,
        none: '',
        minus: -3,
      };

      const item = await bench.stored(attributes);

      expect(await bench.tables.get(CELL, item)).toEqual(item);
      expect(await bench.tables.get(CELL, item, { consistent: false })).toEqual(item);
    });

    it('what is not there is undefined', async () => {
      expect(await bench.tables.get(CELL, { pk: bench.fresh(), sk: 'sk' })).toBeUndefined();
    });

    it('an item that was answered can be changed without changing what is stored', async () => {
      const item = await bench.stored({ list: ['a'] });
      const answered = await bench.tables.get(CELL, item);

      if (answered && Array.isArray(answered['list'])) answered['list'].push('b');

      expect(await bench.tables.get(CELL, item)).toEqual(item);
    });

    it('put replaces the whole item', async () => {
      const item = await bench.stored({ a: 1, b: 2 });

      await bench.tables.put(CELL, { pk: item.pk, sk: item.sk, c: 3 }, exists);

      expect(await bench.tables.get(CELL, item)).toEqual({ pk: item.pk, sk: item.sk, c: 3 });
    });

    it('put refused by its condition answers what was found', async () => {
      const item = await bench.stored({ a: 1 });

      const error = await rejected(bench.tables.put(CELL, { pk: item.pk, sk: item.sk, a: 2 }, absent));

      expect(error).toBeInstanceOf(ConditionFailed);
      expect(error).toMatchObject({ item });
      expect(await bench.tables.get(CELL, item)).toEqual(item);
    });

    it('delete answers the item as it was, and undefined the second time', async () => {
      const item = await bench.stored({ a: 1 });

      const first = await bench.tables.delete(CELL, item, equals('a', 1));
      const second = await bench.tables.delete(CELL, item);

      expect([first, second]).toEqual([item, undefined]);
      expect(await bench.tables.get(CELL, item)).toBeUndefined();
    });

    it('delete refused by its condition answers what was found', async () => {
      const item = await bench.stored({ a: 1 });

      const error = await rejected(bench.tables.delete(CELL, item, equals('a', 2)));

      expect(error).toBeInstanceOf(ConditionFailed);
      expect(error).toMatchObject({ item });
    });

    it('an item above 400 KiB is refused', async () => {
      const text = 'x'.repeat(401 * 1024);
      const item = await bench.stored({ text: '' });

      const put = await rejected(bench.stored({ text }));
      const updated = await rejected(bench.tables.update(CELL, item, { set: { text } }));
      const together = await rejected(
        bench.tables.transact([{ kind: 'update', table: CELL, key: item, update: { set: { text } } }]),
      );

      expect([put, updated, together]).toEqual([
        expect.any(ItemTooLarge),
        expect.any(ItemTooLarge),
        expect.any(ItemTooLarge),
      ]);
    });

    it('null as the key of an index is refused', async () => {
      const error = await rejected(bench.stored({ by_host: null, by_host_sort: 'x' }));

      expect(error).toMatchObject({ name: 'ValidationException' });
    });
  });

  describe('update', () => {
    it('keeps under another name what an attribute was before, null where it was nothing', async () => {
      const item = await bench.stored({ a: 'old' });
      const keep = { a_before: 'a', b_before: 'b' };

      const { item: first } = await bench.tables.update(CELL, item, { set: { a: 'new', b: 1 }, keep });
      const { item: second } = await bench.tables.update(CELL, item, { set: { a: 'newer' }, keep, writer: 'm-keep' });

      expect(first).toMatchObject({ a: 'new', a_before: 'old', b: 1, b_before: null });
      expect(second).toMatchObject({ a: 'newer', a_before: 'new', b_before: 1 });
    });

    it('sets, adds and removes, and answers the item after it', async () => {
      const item = await bench.stored({ a: 1, b: 'x', gone: true });

      const { item: after, repeated } = await bench.tables.update(CELL, item, {
        set: { b: ['y'], c: null },
        add: { a: 2, made: -1.5 },
        remove: ['gone', 'never'],
      });

      const expected = { pk: item.pk, sk: item.sk, a: 3, b: ['y'], c: null, made: -1.5 };
      expect(after).toEqual(expected);
      expect(repeated).toBe(false);
      expect(await bench.tables.get(CELL, item)).toEqual(expected);
    });

    it('makes an item that is not there', async () => {
      const key = { pk: bench.fresh(), sk: 'sk' };

      const { item } = await bench.tables.update(CELL, key, { set: { a: 1 }, writer: 'req-1' });

      expect(item).toEqual({ ...key, a: 1 });
    });

    it('an update of nothing makes the item', async () => {
      const key = { pk: bench.fresh(), sk: 'sk' };

      const { item } = await bench.tables.update(CELL, key, {});

      expect(item).toEqual(key);
      expect(await bench.tables.get(CELL, key)).toEqual(key);
    });

    it('refused by its condition, changes nothing and answers what was found', async () => {
      const item = await bench.stored({ a: 1 });

      const error = await rejected(bench.tables.update(CELL, item, { set: { a: 2 }, writer: 'm1' }, equals('a', 9)));

      expect(error).toMatchObject({ name: 'ConditionFailed', item });
      expect(await bench.tables.get(CELL, item)).toEqual(item);
    });

    it('two parts that name one attribute are refused', async () => {
      const item = await bench.stored({ a: 1 });

      const error = await rejected(bench.tables.update(CELL, item, { set: { a: 1 }, remove: ['a'] }));

      expect(error).toMatchObject({ name: 'ValidationException' });
    });

    it('adding to a text is refused', async () => {
      const item = await bench.stored({ a: 'x' });

      const error = await rejected(bench.tables.update(CELL, item, { add: { a: 1 } }));

      expect(error).toMatchObject({ name: 'ValidationException' });
    });

    it('a writer that wrote before changes nothing, and its condition is not asked', async () => {
      const item = await bench.stored({ a: 0 });
      await bench.tables.update(CELL, item, { add: { a: 1 }, writer: 'm1' }, equals('a', 0));

      const again = await bench.tables.update(CELL, item, { add: { a: 1 }, writer: 'm1' }, equals('a', 0));

      expect(again).toEqual({ item: { ...item, a: 1 }, repeated: true });
    });

    it('a repeat without a condition is known too', async () => {
      const item = await bench.stored({ a: 0 });
      await bench.tables.update(CELL, item, { add: { a: 1 }, writer: 'm1' });

      const again = await bench.tables.update(CELL, item, { add: { a: 1 }, writer: 'm1' });

      expect(again).toEqual({ item: { ...item, a: 1 }, repeated: true });
    });

    it('the last twelve writers are remembered and the thirteenth is forgotten', async () => {
      const item = await bench.stored({ a: 0 });
      const writers = Array.from({ length: 13 }, (_, at) => `m${at + 1}`);
      for (const writer of writers) await bench.tables.update(CELL, item, { add: { a: 1 }, writer });
      await bench.tables.update(CELL, item, { set: { b: 1 } });

      const repeats: boolean[] = [];
      for (const writer of writers.toReversed()) {
        repeats.push((await bench.tables.update(CELL, item, { add: { a: 1 }, writer })).repeated);
      }

      expect(repeats).toEqual([...Array.from({ length: 12 }, () => true), false]);
      expect(await bench.tables.get(CELL, item)).toEqual({ ...item, a: 14, b: 1 });
    });

    it('a forgotten writer is a repeat, when its message was sent before each of those that are remembered', async () => {
      const item = await bench.stored({ a: 0 });
      for (let at = 1; at <= 13; at += 1)
        await bench.tables.update(CELL, item, { add: { a: 1 }, writer: `m${at}`, sentAt: at });

      const again = await bench.tables.update(CELL, item, { add: { a: 1 }, writer: 'm1', sentAt: 1 });

      expect(again).toEqual({ item: { ...item, a: 13 }, repeated: true });
    });

    it('a forgotten writer is a repeat, too, when its message was sent at the same time as the next', async () => {
      const item = await bench.stored({ a: 0 });
      for (let at = 1; at <= 13; at += 1)
        await bench.tables.update(CELL, item, { add: { a: 1 }, writer: `m${at}`, sentAt: Math.max(5, at) });

      const again = await bench.tables.update(CELL, item, { add: { a: 1 }, writer: 'm1', sentAt: 5 });

      expect(again).toEqual({ item: { ...item, a: 13 }, repeated: true });
    });

    it('a forgotten writer is a repeat, too, when one that is remembered was no message', async () => {
      const item = await bench.stored({ a: 0 });
      for (let at = 1; at <= 12; at += 1)
        await bench.tables.update(CELL, item, { add: { a: 1 }, writer: `m${at}`, sentAt: at });
      await bench.tables.update(CELL, item, { add: { a: 1 }, writer: 'execution' });

      const again = await bench.tables.update(CELL, item, { add: { a: 1 }, writer: 'm1', sentAt: 1 });

      expect(again).toEqual({ item: { ...item, a: 13 }, repeated: true });
    });

    it('messages that were sent at one time are all written', async () => {
      const item = await bench.stored({ a: 0 });
      for (let at = 1; at <= 20; at += 1)
        await bench.tables.update(CELL, item, { add: { a: 1 }, writer: `m${at}`, sentAt: 5 });

      expect(await bench.tables.get(CELL, item)).toEqual({ ...item, a: 20 });
    });

    it('a message that others have overtaken is written, and so is the latest after it', async () => {
      const item = await bench.stored({ a: 0 });
      for (let at = 1; at <= 13; at += 1)
        await bench.tables.update(CELL, item, { add: { a: 1 }, writer: `m${at}`, sentAt: 10 * at });

      const overtaken = await bench.tables.update(CELL, item, { add: { a: 1 }, writer: 'late', sentAt: 25 });
      const refused = await rejected(
        bench.tables.update(CELL, item, { add: { a: 1 }, writer: 'later', sentAt: 26 }, equals('a', 0)),
      );
      const latest = await bench.tables.update(CELL, item, { add: { a: 1 }, writer: 'm14', sentAt: 140 });

      expect([overtaken.repeated, refused, latest.repeated]).toEqual([false, expect.any(ConditionFailed), false]);
      expect(await bench.tables.get(CELL, item)).toEqual({ ...item, a: 15 });
    });

    it('a writer whose name begins another is no repeat of it', async () => {
      const item = await bench.stored({});
      await bench.tables.update(CELL, item, { set: { a: 1 }, writer: 'm1 and more' });

      const { repeated } = await bench.tables.update(CELL, item, { set: { a: 1 }, writer: 'm1' });

      expect(repeated).toBe(false);
    });

    it('a writer of another item is no repeat', async () => {
      const [one, other] = [await bench.stored({}), await bench.stored({})];
      await bench.tables.update(CELL, one, { set: { a: 1 }, writer: 'm1' });

      const { repeated } = await bench.tables.update(CELL, other, { set: { a: 1 }, writer: 'm1' });

      expect(repeated).toBe(false);
    });

    it('fifty racing updates never exceed their bound', async () => {
      const item = await bench.stored({ used: 0 });

      const outcomes = await Promise.all(
        Array.from({ length: 50 }, () =>
          rejected(bench.tables.update(CELL, item, { add: { used: 1 } }, atMost('used', 29))),
        ),
      );

      expect(outcomes.filter((error) => error === undefined)).toHaveLength(30);
      expect(outcomes.filter((error) => error instanceof ConditionFailed)).toHaveLength(20);
      expect(await bench.tables.get(CELL, item)).toMatchObject({ used: 30 });
    });
  });
};
