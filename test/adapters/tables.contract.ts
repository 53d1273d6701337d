import { afterAll, beforeAll, describe } from 'vitest';
import { TablesBench, type TablesUnderTest } from './tables-bench.ts';
import { conditionsContract } from './tables-conditions.contract.ts';
import { itemsContract } from './tables-items.contract.ts';
import { packedContract } from './tables-packed.contract.ts';
import { queriesContract } from './tables-queries.contract.ts';
import { transactionsContract } from './tables-transactions.contract.ts';

/** Holds every adapter of the port `tables` to the same behaviour. */
export const tablesContract = (adapter: string, start: () => Promise<TablesUnderTest>): void => {
  describe(`tables: ${adapter}`, () => {
    const bench = new TablesBench();
    beforeAll(() => bench.start(start()));
    afterAll(() => bench.stop());

    itemsContract(bench);
    conditionsContract(bench);
    transactionsContract(bench);
    queriesContract(bench);
    packedContract(bench);
  });
};
