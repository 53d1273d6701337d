import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type AttributeValue,
  type CancellationReason,
} from '@aws-sdk/client-dynamodb';
import type { AssumptionId } from './assumptions.ts';
import { errorNameOf, once, type Probe, type Probing } from './probing.ts';

const INDEX = 'by-group';
const TOTAL = 'TOTAL';

/** An item as the service takes it. */
type Row = Record<string, AttributeValue>;

const itemOf = (pk: string, more: Row = {}): Row => ({ pk: { S: pk }, ...more });

const many = (count: number): Row[] => Array.from({ length: count }, (_, at) => itemOf(`many-${at}`));

/** The mark of the item that a refused action has found. */
const foundWord = ({ Item: { word } = {} }: CancellationReason): string | null => word?.S ?? null;

/** What is assumed of DynamoDB. */
export function tableProbes(on: Probing): Readonly<Record<Extract<AssumptionId, `dynamodb-${string}`>, Probe>> {
  const { dynamodb } = on.clients;
  const TableName = on.name('table');
  const table = once(() => probedTable(on, TableName));
  const put = async (Item: Row) => {
    await table();
    return dynamodb.send(new PutItemCommand({ TableName, Item, ReturnConsumedCapacity: TOTAL }));
  };
  const get = async (pk: string, ConsistentRead: boolean) =>
    dynamodb.send(new GetItemCommand({ TableName, Key: itemOf(pk), ConsistentRead, ReturnConsumedCapacity: TOTAL }));
  const transact = async (items: readonly Row[], ConditionExpression?: string) => {
    await table();
    return dynamodb.send(
      new TransactWriteItemsCommand({
        TransactItems: items.map((Item) => ({
          Put: {
            TableName,
            Item,
            ...(ConditionExpression === undefined ? {} : { ConditionExpression }),
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        })),
        ReturnConsumedCapacity: TOTAL,
      }),
    );
  };

  return {
    'dynamodb-units': async () => {
      const plain = await put(itemOf('plain'));
      const indexed = await put(itemOf('indexed', { group: { S: 'a' } }));
      const together = await transact([itemOf('together')]);
      const [read, consistent] = [await get('plain', false), await get('plain', true)];
      const observed = {
        write: plain.ConsumedCapacity?.CapacityUnits,
        indexedWrite: indexed.ConsumedCapacity?.CapacityUnits,
        transactionalWrite: together.ConsumedCapacity?.[0]?.CapacityUnits,
        read: read.ConsumedCapacity?.CapacityUnits,
        consistentRead: consistent.ConsumedCapacity?.CapacityUnits,
      };
      const expected = { write: 1, indexedWrite: 2, transactionalWrite: 2, read: 0.5, consistentRead: 1 };
      return { holds: JSON.stringify(observed) === JSON.stringify(expected), observed };
    },
    'dynamodb-transaction-reasons': async () => {
      await put(itemOf('there', { word: { S: 'found' } }));
      const refused: unknown = await transact([itemOf('there'), itemOf('new')], 'attribute_not_exists(pk)').catch(
        (error: unknown) => error,
      );
      if (!(refused instanceof TransactionCanceledException))
        return { holds: false, observed: refused instanceof Error ? refused.name : 'it was done' };
      const observed = (refused.CancellationReasons ?? []).map((reason) => [reason.Code, foundWord(reason)]);
      const expected = [
        ['ConditionalCheckFailed', 'found'],
        ['None', null],
      ];
      return { holds: JSON.stringify(observed) === JSON.stringify(expected), observed };
    },
    'dynamodb-transaction-actions': async () => {
      const observed = {
        hundred: await errorNameOf(transact(many(100))),
        oneMore: await errorNameOf(transact(many(101))),
      };
      return { holds: observed.hundred === 'none' && observed.oneMore === 'ValidationException', observed };
    },
    'dynamodb-item-size': async () => {
      const large = await put(itemOf('large', { text: { S: 'a'.repeat(410 * 1024) } })).catch(
        (error: unknown) => error,
      );
      const observed = large instanceof Error ? `${large.name}: ${large.message}` : 'it was taken';
      return { holds: /^ValidationException: .*item size/iu.test(observed), observed };
    },
    'dynamodb-index-lag': async () => {
      const began = on.options.clock.now();
      await put(itemOf('late', { group: { S: 'late' } }));
      await on.eventually('the item in its index', 60, async () => {
        const { Count = 0 } = await dynamodb.send(
          new QueryCommand({
            TableName,
            IndexName: INDEX,
            KeyConditionExpression: '#group = :group',
            ExpressionAttributeNames: { '#group': 'group' },
            ExpressionAttributeValues: { ':group': { S: 'late' } },
          }),
        );
        return Count > 0 ? true : undefined;
      });
      const milliseconds = on.options.clock.now() - began;
      return { holds: milliseconds < 10_000, observed: { milliseconds } };
    },
  };
}

async function probedTable(on: Probing, TableName: string): Promise<void> {
  const { dynamodb } = on.clients;
  await on.make(
    `table ${TableName}`,
    () =>
      dynamodb.send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          AttributeDefinitions: ['pk', 'group'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
          GlobalSecondaryIndexes: [
            {
              IndexName: INDEX,
              KeySchema: [{ AttributeName: 'group', KeyType: 'HASH' }],
              Projection: { ProjectionType: 'KEYS_ONLY' },
            },
          ],
        }),
      ),
    () => dynamodb.send(new DeleteTableCommand({ TableName })),
  );
  await on.eventually('the table', 120, async () => {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    return Table?.TableStatus === 'ACTIVE' ? true : undefined;
  });
}
