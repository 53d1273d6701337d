import { describe, expect, it } from 'vitest';
import { MemoryTables } from '#adapters/memory/tables';
import { BlockCounter } from '#records/block-counter';

describe('BlockCounter', () => {
  it('counts from 1', async () => {
    const tables = new MemoryTables();
    const counter = new BlockCounter();

    const ids = [await counter.nextId(tables, 'api', 'flavors'), await counter.nextId(tables, 'api', 'flavors')];

    expect(ids).toEqual([1, 2]);
  });

  it('two counters of fifty takers each never give an id twice', async () => {
    const tables = new MemoryTables();
    const counters = [new BlockCounter({ blockSize: 7 }), new BlockCounter({ blockSize: 7 })];

    const ids = await Promise.all(
      counters.flatMap((counter) =>
        Array.from({ length: 50 }, () => counter.nextId(tables, 'cell-cell1', 'instances')),
      ),
    );

    expect(new Set(ids).size).toBe(100);
    expect(Math.min(...ids)).toBe(1);
  });

  it('a hundred ids cost one request', async () => {
    const requests: string[] = [];
    const tables = new MemoryTables({ onRequest: (operation) => requests.push(operation) });
    const counter = new BlockCounter();

    await Promise.all(Array.from({ length: 100 }, () => counter.nextId(tables, 'cell-cell1', 'instances')));

    expect(requests).toEqual(['UpdateItem']);
  });

  it('names and tables count apart', async () => {
    const tables = new MemoryTables();
    const counter = new BlockCounter();
    await counter.nextId(tables, 'cell-cell1', 'instances');

    const ids = [
      await counter.nextId(tables, 'cell-cell1', 'migrations'),
      await counter.nextId(tables, 'cell-cell2', 'instances'),
    ];

    expect(ids).toEqual([1, 1]);
  });

  it('a block that could not be taken is asked for again by the next taker', async () => {
    const tables = new MemoryTables();
    const refusing = { ...bound(tables), update: () => Promise.reject(new Error('throttled')) };
    const counter = new BlockCounter();

    const refused = await counter.nextId(refusing, 'api', 'flavors').catch((error: unknown) => error);
    const id = await counter.nextId(tables, 'api', 'flavors');

    expect(refused).toMatchObject({ message: 'throttled' });
    expect(id).toBe(1);
  });
});

/** The port's methods as plain functions, so that a test can replace one. */
const bound = (tables: MemoryTables) => ({
  get: tables.get.bind(tables),
  batchGet: tables.batchGet.bind(tables),
  query: tables.query.bind(tables),
  put: tables.put.bind(tables),
  delete: tables.delete.bind(tables),
  transact: tables.transact.bind(tables),
});
