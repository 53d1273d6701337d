import { describe, expect, it } from 'vitest';
import { equals } from '#ports/conditions';
import type { Tables } from '#ports/tables';
import { readAhead, RememberedReads, remembering } from '#records/remembered-reads';
import { rejected } from '../fixtures/rejected.ts';
import { watching } from '../fixtures/watching.ts';
import { memoryTables } from '../fixtures/tables.ts';

const KEY = { pk: 'a', sk: 'b' };
const OTHER = { pk: 'a', sk: 'c' };

/** Tables with one item, and the requests that are made to them. */
async function world() {
  const { tables: stored, requests } = memoryTables();
  await stored.put('t', { ...KEY, n: 1 });
  requests.length = 0;
  return { stored, requests, tables: new RememberedReads(stored) };
}

describe('reads of one piece of work', () => {
  it('are made once', async () => {
    const { tables, requests } = await world();

    const items = await remembering(async () => [
      await tables.get('t', KEY),
      await tables.get('t', OTHER),
      await tables.get('t', KEY),
      ...(await tables.batchGet([
        { table: 't', key: KEY },
        { table: 't', key: OTHER },
      ])),
    ])();

    expect(items.map((item) => item?.['n'])).toEqual([1, undefined, 1, 1, undefined]);
    expect(requests).toEqual(['GetItem', 'GetItem']);
  });

  it('are made ahead, in one request, and what lacks is read with the next', async () => {
    const { tables, requests } = await world();
    const place = { table: 't', key: KEY };

    const item = await remembering(async () => {
      await readAhead({ tables }, place, { table: 't', key: OTHER });
      await tables.batchGet([place, { table: 't', key: { pk: 'd', sk: 'e' } }]);
      return tables.get('t', KEY);
    })();

    expect(item).toMatchObject({ n: 1 });
    expect(requests).toEqual(['BatchGetItem', 'BatchGetItem']);
  });

  it('know what an update has answered, and what has refused it', async () => {
    const { tables, requests } = await world();

    const read = await remembering(async () => {
      await tables.update('t', KEY, { set: { n: 2 } });
      const updated = await tables.get('t', KEY);
      await rejected(tables.update('t', KEY, { set: { n: 4 } }, equals('n', 3)));
      return [updated?.['n'], (await tables.get('t', KEY))?.['n']];
    })();

    expect(read).toEqual([2, 2]);
    expect(requests).toEqual(['UpdateItem', 'UpdateItem']);
  });

  it.each([
    ['a put', (tables: RememberedReads) => tables.put('t', { ...KEY, n: 2 })],
    [
      'a transaction',
      (tables: RememberedReads) => tables.transact([{ kind: 'put', table: 't', item: { ...KEY, n: 2 } }]),
    ],
    [
      'a transaction that is refused',
      (tables: RememberedReads) =>
        rejected(tables.transact([{ kind: 'check', table: 't', key: KEY, condition: equals('n', 3) }])),
    ],
    ['a deletion', (tables: RememberedReads) => tables.delete('t', KEY)],
  ])('are made anew after %s', async (_title, write) => {
    const { stored, tables } = await world();

    const read = await remembering(async () => {
      await tables.get('t', KEY);
      await write(tables);
      return tables.get('t', KEY);
    })();

    expect(read).toEqual(await stored.get('t', KEY));
  });

  it('are made again after one that failed', async () => {
    const { stored } = await world();
    let failing = true;
    const tables = new RememberedReads(
      watching<Tables>(stored, {
        get: (table, key) => (failing ? Promise.reject(new Error('away')) : stored.get(table, key)),
      }),
    );

    const item = await remembering(async () => {
      await rejected(tables.get('t', KEY));
      failing = false;
      return tables.get('t', KEY);
    })();

    expect(item).toMatchObject({ n: 1 });
  });

  it('are forgotten with it, and never remembered outside', async () => {
    const { stored, tables, requests } = await world();
    const get = remembering(() => tables.get('t', KEY));

    await get();
    await stored.update('t', KEY, { set: { n: 5 } });
    const again = [await get(), await tables.get('t', KEY), await tables.get('t', KEY)];
    await readAhead({ tables }, { table: 't', key: KEY });

    expect(again.map((item) => item?.['n'])).toEqual([5, 5, 5]);
    expect(requests).toEqual(['GetItem', 'UpdateItem', 'GetItem', 'GetItem', 'GetItem']);
  });
});
