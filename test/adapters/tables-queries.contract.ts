import { describe, expect, it } from 'vitest';
import { equals } from '#ports/conditions';
import type { Attributes, Item } from '#ports/tables';
import { rejected } from '../fixtures/rejected.ts';
import { CELL, type TablesBench } from './tables-bench.ts';

/** A partition of this many events. */
const written = async (
  bench: TablesBench,
  count: number,
  attributes: (at: number) => Attributes = () => ({}),
): Promise<string> => {
  const pk = bench.fresh();
  for (let at = 0; at < count; at++) {
    await bench.tables.put(CELL, { ...attributes(at), pk, sk: `event#${String(at).padStart(3, '0')}` });
  }
  return pk;
};

const sortKeys = (items: readonly Item[]): string[] => items.map(({ sk }) => sk);

/** Partitions, indexes and pages, and reads of many keys. */
export const queriesContract = (bench: TablesBench): void => {
  describe('query', () => {
    it('answers a partition in the order of its sort keys, either way', async () => {
      const partition = await written(bench, 3);

      const up = await bench.tables.query(CELL, { partition });
      const down = await bench.tables.query(CELL, { partition, descending: true });

      expect(sortKeys(up.items)).toEqual(['event#000', 'event#001', 'event#002']);
      expect(sortKeys(down.items)).toEqual(['event#002', 'event#001', 'event#000']);
      expect(up.after).toBeUndefined();
    });

    it('an empty partition has no items and nothing after', async () => {
      expect(await bench.tables.query(CELL, { partition: bench.fresh() })).toEqual({ items: [] });
    });

    it.each([
      ['a prefix', { sortPrefix: 'event#00' }, 5],
      ['a prefix of none', { sortPrefix: 'fault#' }, 0],
      ['a lower bound', { sortFrom: 'event#002' }, 3],
      ['an upper bound', { sortTo: 'event#002' }, 3],
      ['both bounds', { sortFrom: 'event#001', sortTo: 'event#003' }, 3],
    ])('by %s', async (_title, bounds, count) => {
      const partition = await written(bench, 5);

      const { items } = await bench.tables.query(CELL, { partition, ...bounds });

      expect(items).toHaveLength(count);
    });

    it('a prefix together with a bound is refused', async () => {
      const error = await rejected(
        bench.tables.query(CELL, { partition: bench.fresh(), sortPrefix: 'a', sortFrom: 'a' }),
      );

      expect(error).toBeInstanceOf(TypeError);
    });

    it('limit counts before the filter, and pages follow each other to the end', async () => {
      const partition = await written(bench, 7, (at) => ({ odd: at % 2 }));
      const pages: string[][] = [];

      let page = await bench.tables.query(CELL, { partition, limit: 3, filter: equals('odd', 1) });
      pages.push(sortKeys(page.items));
      while (page.after !== undefined) {
        page = await bench.tables.query(CELL, { partition, limit: 3, filter: equals('odd', 1), after: page.after });
        pages.push(sortKeys(page.items));
      }

      expect(pages).toEqual([['event#001'], ['event#003', 'event#005'], []]);
    });

    it('pages follow each other downwards', async () => {
      const partition = await written(bench, 4);
      const first = await bench.tables.query(CELL, { partition, limit: 3, descending: true });

      const second = await bench.tables.query(CELL, { partition, descending: true, after: first.after ?? null });

      expect(sortKeys(second.items)).toEqual(['event#000']);
    });

    it('without a limit reads page after page of a partition above 1 MiB, each a request', async () => {
      const text = 'x'.repeat(380 * 1024);
      const partition = await written(bench, 6, () => ({ text }));
      const before = bench.requests.length;

      const { items, after } = await bench.tables.query(CELL, { partition });

      expect(items).toHaveLength(6);
      expect(after).toBeUndefined();
      expect(bench.requests.length - before).toBeGreaterThanOrEqual(3);
    });

    it('an index answers the items that have both its keys, in its order', async () => {
      const host = bench.fresh();
      const second = await bench.stored({ by_host: host, by_host_sort: 'b' });
      const first = await bench.stored({ by_host: host, by_host_sort: 'a' });
      await bench.stored({ by_host: host });
      await bench.stored({ by_host: `${host}0`, by_host_sort: 'a' });

      const { items } = await bench.tables.query(CELL, { index: 'by-host', partition: host });

      expect(items).toEqual([first, second]);
    });

    it('an item leaves an index with its key, and changes its place with it', async () => {
      const [host, next] = [bench.fresh(), bench.fresh()];
      const left = await bench.stored({ by_host: host, by_host_sort: 'a' });
      const moved = await bench.stored({ by_host: host, by_host_sort: 'b' });

      await bench.tables.update(CELL, left, { remove: ['by_host', 'by_host_sort'] });
      await bench.tables.update(CELL, moved, { set: { by_host: next } });

      expect((await bench.tables.query(CELL, { index: 'by-host', partition: host })).items).toEqual([]);
      expect((await bench.tables.query(CELL, { index: 'by-host', partition: next })).items).toEqual([
        { ...moved, by_host: next },
      ]);
    });

    it('the capacity index is ordered and bounded by numbers', async () => {
      const partition = bench.fresh();
      const room = async (free: number): Promise<Item> => {
        const item: Item = { pk: bench.fresh(), sk: 'provider', by_capacity: partition, by_capacity_sort: free };
        await bench.tables.put('placement', item);
        return item;
      };
      const [hundred, nine, ten] = [await room(100), await room(9), await room(10)];

      const { items } = await bench.tables.query('placement', {
        index: 'by-capacity',
        partition,
        sortFrom: 10,
        descending: true,
      });

      expect(items).toEqual([hundred, ten]);
      expect(items).not.toContainEqual(nine);
    });

    it('the lookup has the keys of an item alone, and a filter sees no more', async () => {
      const partition = bench.fresh();
      const { pk, sk } = await bench.stored({ lookup: partition, lookup_sort: 'a', state: 'active' });
      const query = { index: 'lookup', partition } as const;

      const { items } = await bench.tables.query(CELL, query);
      const filtered = await bench.tables.query(CELL, { ...query, filter: equals('state', 'active') });

      expect(items).toEqual([{ pk, sk, lookup: partition, lookup_sort: 'a' }]);
      expect(filtered.items).toEqual([]);
    });

    it('an index is read in pages too, equal sort keys among them', async () => {
      const partition = bench.fresh();
      for (let at = 0; at < 5; at++) await bench.stored({ lookup: partition, lookup_sort: at < 3 ? 'a' : 'b' });
      const found = new Set<string>();

      let page = await bench.tables.query(CELL, { index: 'lookup', partition, limit: 2 });
      for (const { pk } of page.items) found.add(pk);
      while (page.after !== undefined) {
        page = await bench.tables.query(CELL, { index: 'lookup', partition, limit: 2, after: page.after });
        for (const { pk } of page.items) found.add(pk);
      }

      expect(found.size).toBe(5);
    });
  });

  describe('batchGet', () => {
    it('answers in the order asked, with the missing and the repeated in their places', async () => {
      const [one, other] = [await bench.stored({ a: 1 }), await bench.stored({ a: 2 })];
      const missing = { pk: bench.fresh(), sk: 'sk' };
      const before = bench.requests.length;

      const items = await bench.tables.batchGet([other, missing, one, other].map((key) => ({ table: CELL, key })));

      expect(items).toEqual([other, undefined, one, other]);
      expect(bench.requests.slice(before)).toEqual(['BatchGetItem']);
    });

    it('reads more than a hundred keys in as many requests as it takes', async () => {
      const pk = bench.fresh();
      const keys = Array.from({ length: 130 }, (_, at) => ({ pk, sk: `sk${at}` }));
      for (let at = 0; at < keys.length; at += 65) {
        await bench.tables.transact(keys.slice(at, at + 65).map((item) => ({ kind: 'put', table: CELL, item })));
      }
      const before = bench.requests.length;

      const items = await bench.tables.batchGet(keys.map((key) => ({ table: CELL, key })));

      expect(items).toEqual(keys);
      expect(bench.requests.slice(before)).toEqual(['BatchGetItem', 'BatchGetItem']);
    });

    it('of nothing asks nothing', async () => {
      const before = bench.requests.length;

      expect(await bench.tables.batchGet([])).toEqual([]);
      expect(bench.requests).toHaveLength(before);
    });
  });
};
