import { describe, expect, it } from 'vitest';
import { absent, exists } from '#ports/conditions';
import type { Action, Tables } from '#ports/tables';
import { writeTogether } from '#operations/write-together';
import { rejected } from '../fixtures/rejected.ts';
import { memoryTables } from '../fixtures/tables.ts';
import { watching } from '../fixtures/watching.ts';

const put = (pk: string): Action => ({
  kind: 'put',
  table: 'requests',
  item: { pk, sk: 'document' },
  condition: absent,
});
const key = { pk: 'one', sk: 'document' };

describe('writeTogether', () => {
  it('writes one action without a transaction', async () => {
    const { tables, requests } = memoryTables();

    await writeTogether(tables, [put('one')]);
    await writeTogether(tables, [{ kind: 'update', table: 'requests', key, update: { set: { a: 1 } } }]);
    const item = await tables.get('requests', key);
    await writeTogether(tables, [{ kind: 'delete', table: 'requests', key }]);

    expect(item).toEqual({ ...key, a: 1 });
    expect(await tables.get('requests', key)).toBeUndefined();
    expect(requests).toEqual(['PutItem', 'UpdateItem', 'GetItem', 'DeleteItem', 'GetItem']);
  });

  it('reports a refusal of one action as that of a transaction', async () => {
    const { tables } = memoryTables();
    await writeTogether(tables, [put('one')]);

    const error = await rejected(writeTogether(tables, [put('one')]));

    expect(error).toMatchObject({ name: 'TransactionRefused', refusals: [{ item: key }] });
  });

  it('writes a check alone, which changes nothing, in a transaction', async () => {
    const { tables, requests } = memoryTables();
    await writeTogether(tables, [put('one')]);

    await writeTogether(tables, [{ kind: 'check', table: 'requests', key, condition: exists }]);

    expect(requests).toEqual(['PutItem', 'TransactWriteItems']);
    expect(await tables.get('requests', key)).toEqual(key);
  });

  it('passes on that the table is away', async () => {
    const { tables } = memoryTables();
    const away = watching<Tables>(tables, { put: () => Promise.reject(new Error('away')) });

    expect(await rejected(writeTogether(away, [put('one')]))).toEqual(new Error('away'));
  });

  it('writes several in one transaction, all or nothing', async () => {
    const { tables, requests } = memoryTables();
    await writeTogether(tables, [put('one'), put('two')]);

    const error = await rejected(writeTogether(tables, [put('three'), put('two')]));

    expect(error).toMatchObject({ name: 'TransactionRefused', refusals: [undefined, { item: { pk: 'two' } }] });
    expect(await tables.get('requests', { pk: 'three', sk: 'document' })).toBeUndefined();
    expect(requests.slice(0, 2)).toEqual(['TransactWriteItems', 'TransactWriteItems']);
  });
});
