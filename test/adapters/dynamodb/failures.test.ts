import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoTables } from '#adapters/dynamodb/tables';
import { TableThrottled, TransactionConflict, type Action } from '#ports/tables';
import { startFakeEndpoint, type FakeEndpoint } from '../../fixtures/endpoints/fake-endpoint.ts';
import { rejected } from '../../fixtures/rejected.ts';

const KEY = { pk: 'instance#1', sk: 'instance' };
const ACTIONS: Action[] = [
  { kind: 'put', table: 'api', item: { ...KEY } },
  { kind: 'delete', table: 'requests', key: KEY },
];

const cancelled = (...codes: string[]): object => ({
  __type: 'TransactionCanceledException',
  Message: 'cancelled',
  CancellationReasons: codes.map((Code) => ({ Code })),
});

describe('DynamoTables', () => {
  let endpoint: FakeEndpoint;
  let answers: object[];
  let waits: number[];
  let tables: DynamoTables;
  beforeAll(async () => {
    endpoint = await startFakeEndpoint(() => answers.shift() ?? {});
  });
  afterAll(() => endpoint.stop());
  beforeEach(() => {
    endpoint.requests.length = 0;
    waits = [];
    const client = new DynamoDBClient(endpoint.config);
    tables = new DynamoTables({ client, deployment: 'nova', wait: async (milliseconds) => waits.push(milliseconds) });
  });

  it('a transaction that meets another is tried again, with growing waits', async () => {
    answers = [cancelled('TransactionConflict', 'None'), cancelled('None', 'TransactionConflict'), {}];

    await tables.transact(ACTIONS);

    expect(endpoint.requests).toHaveLength(3);
    expect(waits).toHaveLength(2);
    expect(waits[0]).toBeLessThanOrEqual(50);
    expect(waits[1]).toBeLessThanOrEqual(100);
  });

  it('a transaction that meets another three times gives up', async () => {
    answers = Array.from({ length: 3 }, () => cancelled('TransactionConflict', 'None'));

    const error = await rejected(tables.transact(ACTIONS));

    expect(error).toBeInstanceOf(TransactionConflict);
    expect(endpoint.requests).toHaveLength(3);
  });

  it('a conflict beside a failed condition is no refusal', async () => {
    answers = [cancelled('TransactionConflict', 'ConditionalCheckFailed'), cancelled('None', 'ConditionalCheckFailed')];

    const error = await rejected(tables.transact(ACTIONS));

    expect(error).toMatchObject({ name: 'TransactionRefused', refusals: [undefined, { item: undefined }] });
  });

  it('a single write that meets a transaction is tried again', async () => {
    answers = [{ __type: 'TransactionConflictException' }, { Attributes: { pk: { S: 'a' }, sk: { S: 'b' } } }];

    const { item } = await tables.update('api', KEY, { set: { a: 1 } });

    expect(item).toEqual({ pk: 'a', sk: 'b' });
  });

  it.each([
    ['ThrottlingError', cancelled('ThrottlingError', 'ConditionalCheckFailed')],
    ['ProvisionedThroughputExceeded', cancelled('ProvisionedThroughputExceeded', 'None')],
    ['ThrottlingException', { __type: 'ThrottlingException' }],
    ['InternalServerError', { __type: 'InternalServerError' }],
  ])('%s asks for patience', async (_title, answer) => {
    answers = [answer];

    expect(await rejected(tables.transact(ACTIONS))).toBeInstanceOf(TableThrottled);
  });

  it('an error that no patience helps stays as it is', async () => {
    answers = [cancelled('ValidationError', 'None'), { __type: 'ResourceNotFoundException' }];

    expect(await rejected(tables.transact(ACTIONS))).toMatchObject({ name: 'TransactionCanceledException' });
    expect(await rejected(tables.get('api', KEY))).toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('keys that a batch left are read by further requests, at once while some come', async () => {
    const keys = { pk: { S: 'instance#1' }, sk: { S: 'instance' } };
    answers = [
      { Responses: {}, UnprocessedKeys: { 'nova-api': { Keys: [keys] } } },
      { Responses: { 'nova-api': [{ ...keys, a: { N: '1' } }] } },
    ];

    const items = await tables.batchGet([{ table: 'api', key: KEY }]);

    expect(items).toEqual([{ ...KEY, a: 1 }]);
    expect(waits).toHaveLength(1);
  });

  it('a batch that is never read asks for patience', async () => {
    const left = { UnprocessedKeys: { 'nova-api': { Keys: [{ pk: { S: 'a' }, sk: { S: 'b' } }] } } };
    answers = [left, left, left];

    expect(await rejected(tables.batchGet([{ table: 'api', key: KEY }]))).toBeInstanceOf(TableThrottled);
  });
});
