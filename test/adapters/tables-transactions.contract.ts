import { describe, expect, it } from 'vitest';
import { absent, atMost, equals, exists } from '#ports/conditions';
import { TransactionRefused, type Action, type Item } from '#ports/tables';
import { rejected } from '../fixtures/rejected.ts';
import { CELL, type TablesBench } from './tables-bench.ts';

/** All or nothing. */
export const transactionsContract = (bench: TablesBench): void => {
  describe('transact', () => {
    it('does all its actions, in several tables', async () => {
      const [changed, deleted, checked] = [
        await bench.stored({ a: 1 }),
        await bench.stored({ a: 1 }),
        await bench.stored({ a: 1 }),
      ];
      const made: Item = { pk: bench.fresh(), sk: 'sk', b: { c: [1] } };

      await bench.tables.transact([
        { kind: 'put', table: 'mappings', item: made, condition: absent },
        { kind: 'update', table: CELL, key: changed, update: { set: { b: 2 }, add: { a: 1 } } },
        { kind: 'delete', table: CELL, key: deleted, condition: exists },
        { kind: 'check', table: CELL, key: checked, condition: equals('a', 1) },
      ]);

      const after = await bench.tables.batchGet([
        { table: 'mappings', key: made },
        ...[changed, deleted, checked].map((key) => ({ table: CELL, key })),
      ]);
      expect(after).toEqual([made, { ...changed, a: 2, b: 2 }, undefined, checked]);
    });

    it('does nothing when conditions fail, and answers which with the items found', async () => {
      const [one, other] = [await bench.stored({ a: 1 }), await bench.stored({ a: { b: 1 } })];
      const made: Item = { pk: bench.fresh(), sk: 'sk' };
      const actions: Action[] = [
        { kind: 'put', table: CELL, item: made },
        { kind: 'update', table: CELL, key: one, update: { set: { a: 2 } }, condition: equals('a', 9) },
        { kind: 'delete', table: CELL, key: { pk: bench.fresh(), sk: 'sk' }, condition: exists },
        { kind: 'check', table: CELL, key: other, condition: absent },
      ];

      const error = await rejected(bench.tables.transact(actions));

      expect(error).toBeInstanceOf(TransactionRefused);
      expect(error).toMatchObject({ refusals: [undefined, { item: one }, { item: undefined }, { item: other }] });
      expect(await bench.tables.get(CELL, made)).toBeUndefined();
      expect(await bench.tables.get(CELL, one)).toEqual(one);
    });

    it('a put that is refused answers what was found', async () => {
      const item = await bench.stored({ a: 1 });

      const error = await rejected(
        bench.tables.transact([{ kind: 'put', table: CELL, item: { pk: item.pk, sk: item.sk }, condition: absent }]),
      );

      expect(error).toMatchObject({ name: 'TransactionRefused', refusals: [{ item }] });
    });

    it('an update keeps the writers of the item', async () => {
      const item = await bench.stored({ a: 0 });
      await bench.tables.update(CELL, item, { add: { a: 1 }, writer: 'm1' });
      await bench.tables.transact([{ kind: 'update', table: CELL, key: item, update: { add: { a: 1 } } }]);

      const again = await bench.tables.update(CELL, item, { add: { a: 1 }, writer: 'm1' });

      expect(again).toEqual({ item: { ...item, a: 2 }, repeated: true });
    });

    it('two actions on one item are refused for their form', async () => {
      const item = await bench.stored({ a: 1 });
      const action: Action = { kind: 'update', table: CELL, key: item, update: { add: { a: 1 } } };

      const error = await rejected(bench.tables.transact([action, action]));

      expect(error).toMatchObject({ name: 'ValidationException' });
    });

    it('of nothing asks nothing', async () => {
      const before = bench.requests.length;

      await bench.tables.transact([]);

      expect(bench.requests).toHaveLength(before);
    });

    it('one hundred actions are one request', async () => {
      const pk = bench.fresh();
      const before = bench.requests.length;

      await bench.tables.transact(
        Array.from({ length: 100 }, (_, at) => ({ kind: 'put', table: CELL, item: { pk, sk: `sk${at}` } })),
      );

      expect(bench.requests.slice(before)).toEqual(['TransactWriteItems']);
      expect((await bench.tables.query(CELL, { partition: pk })).items).toHaveLength(100);
    });

    it('racing claims of the last place leave one winner', async () => {
      const provider = await bench.stored({ used: 0 });
      const consumers = Array.from({ length: 8 }, (): Item => ({ pk: bench.fresh(), sk: 'sk' }));

      const outcomes = await Promise.all(
        consumers.map((item) =>
          rejected(
            bench.tables.transact([
              { kind: 'put', table: CELL, item, condition: absent },
              {
                kind: 'update',
                table: CELL,
                key: provider,
                update: { add: { used: 1 } },
                condition: atMost('used', 0),
              },
            ]),
          ),
        ),
      );

      expect(outcomes.filter((error) => error === undefined)).toHaveLength(1);
      expect(await bench.tables.get(CELL, provider)).toMatchObject({ used: 1 });
      const left = await bench.tables.batchGet(consumers.map((key) => ({ table: CELL, key })));
      expect(left.filter((item) => item !== undefined)).toHaveLength(1);
    });
  });
};
