import { describe, expect, it } from 'vitest';
import { countHost } from '#operations/done-hosts';
import { documentKey, REQUESTS } from '#records/keys';
import type { Tables } from '#ports/tables';
import { rejected } from '../fixtures/rejected.ts';
import { memoryTables } from '../fixtures/tables.ts';
import { watching } from '../fixtures/watching.ts';

async function request() {
  const { tables } = memoryTables();
  await tables.put(REQUESTS, { ...documentKey('r1') });
  return tables;
}

describe('the place of a host among those that are done', () => {
  it('is the next one, and stays the same when it is counted again', async () => {
    const tables = await request();
    const places = [];

    for (const host of ['host2', 'host1', 'host2', 'host3', 'host1'])
      places.push(await countHost({ tables }, 'r1', host));

    expect(places).toEqual([1, 2, 1, 3, 2]);
  });

  it('is never shared by two that look at the same time', async () => {
    const tables = await request();
    let first = true;
    const raced = watching<Tables>(tables, {
      get: async (table, key) => {
        const item = await tables.get(table, key);
        if (first) {
          first = false;
          await countHost({ tables }, 'r1', 'host2');
        }
        return item;
      },
    });

    expect(await countHost({ tables: raced }, 'r1', 'host1')).toBe(2);
  });

  it('is none of a request that has expired', async () => {
    expect(await rejected(countHost(memoryTables(), 'r1', 'host1'))).toMatchObject({ name: 'RequestDocumentNotFound' });
  });

  it('is not known while the table is away', async () => {
    const away = watching<Tables>(await request(), { update: () => Promise.reject(new Error('away')) });

    expect(await rejected(countHost({ tables: away }, 'r1', 'host1'))).toEqual(new Error('away'));
  });
});
