import { DynamoTables } from '#adapters/dynamodb/tables';
import { dynamodbClient } from '#adapters/dynamodb/client';
import { MemoryTables } from '#adapters/memory/tables';
import { createTables, startDynamodb } from '#local/emulation/dynamodb-emulator';
import { describe, expect, it } from 'vitest';
import { RememberedReads } from '#records/remembered-reads';
import { tablesContract } from './tables.contract.ts';

tablesContract('memory', async () => {
  const requests: string[] = [];
  const tables = new MemoryTables({ onRequest: (operation) => requests.push(operation) });
  return { tables, requests, stop: () => Promise.resolve() };
});

tablesContract('memory, with reads that may be remembered', async () => {
  const requests: string[] = [];
  const stored = new MemoryTables({ onRequest: (operation) => requests.push(operation) });
  return { tables: new RememberedReads(stored), requests, stop: () => Promise.resolve() };
});

tablesContract('DynamoDB', async () => {
  const emulator = await startDynamodb();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = dynamodbClient({ endpoint: emulator.endpoint, region: 'us-east-1', credentials });
  await createTables(client, 'contract', ['cell1']);
  const requests: string[] = [];
  const tables = new DynamoTables({
    client,
    deployment: 'contract',
    onRequest: (operation) => requests.push(operation),
  });
  return {
    tables,
    requests,
    stop: async () => {
      client.destroy();
      await emulator.stop();
    },
  };
});

describe('MemoryTables', () => {
  it('dump answers every table that holds anything, with its items by key', async () => {
    const tables = new MemoryTables();
    await tables.put('mappings', { pk: 'b', sk: '1' });
    await tables.put('mappings', { pk: 'a', sk: '2', list: [1] });
    await tables.update('mappings', { pk: 'a', sk: '1' }, { writer: 'm1' });
    await tables.get('api', { pk: 'a', sk: '1' });

    const dump = tables.dump();

    expect(dump).toEqual({
      mappings: [
        { pk: 'a', sk: '1' },
        { pk: 'a', sk: '2', list: [1] },
        { pk: 'b', sk: '1' },
      ],
    });
  });
});
