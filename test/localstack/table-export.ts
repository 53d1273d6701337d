import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  ScanCommand,
  UpdateTableCommand,
  type AttributeValue,
  type DynamoDBClient,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { gunzipSync, gzipSync } from 'node:zlib';

/**
 * A file of a table export to S3: an item a line in DynamoDB JSON, bytes in base64, packed by gzip. The emulator has
 * neither ExportTableToPointInTime nor ImportTable, so it is made and read here.
 */
export type ExportFile = Buffer;

type Encoded = Record<string, AttributeValue>;

/** Items that one request writes. */
const BATCH = 25;

/** All items of a table as they are stored. */
export async function exportTable(client: DynamoDBClient, TableName: string): Promise<ExportFile> {
  const lines: string[] = [];
  for (let ExclusiveStartKey: Encoded | undefined; ; ) {
    const from = { TableName, ConsistentRead: true, ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}) };
    const page = await client.send(new ScanCommand(from));
    for (const Item of page.Items ?? []) lines.push(JSON.stringify({ Item }, bytesAsText));
    ExclusiveStartKey = page.LastEvaluatedKey;
    if (ExclusiveStartKey === undefined) return gzipSync(lines.map((line) => `${line}\n`).join(''));
  }
}

/** Deletes a table with all that is in it, protected or not, and makes an empty one of its name, with its indexes. */
export async function makeAnew(client: DynamoDBClient, TableName: string): Promise<void> {
  const { Table = {} } = await client.send(new DescribeTableCommand({ TableName }));
  await client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
  await client.send(new DeleteTableCommand({ TableName }));
  await client.send(new CreateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST', ...schemaOf(Table) }));
}

function schemaOf({ AttributeDefinitions, KeySchema, GlobalSecondaryIndexes = [] }: TableDescription) {
  const indexes = GlobalSecondaryIndexes.map((index) => ({
    IndexName: index.IndexName,
    KeySchema: index.KeySchema,
    Projection: index.Projection,
  }));
  return {
    AttributeDefinitions,
    KeySchema,
    ...(indexes.length === 0 ? {} : { GlobalSecondaryIndexes: indexes }),
  };
}

/** Writes the items of an export into a table. */
export async function importTable(client: DynamoDBClient, TableName: string, file: ExportFile): Promise<void> {
  const items = gunzipSync(file)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Encoded => {
      const { Item }: { Item: Encoded } = JSON.parse(line, textAsBytes);
      return Item;
    });
  for (let from = 0; from < items.length; from += BATCH) {
    let left = items.slice(from, from + BATCH).map((Item) => ({ PutRequest: { Item } }));
    while (left.length > 0) {
      const { UnprocessedItems = {} } = await client.send(
        new BatchWriteItemCommand({ RequestItems: { [TableName]: left } }),
      );
      left = (UnprocessedItems[TableName] ?? []).flatMap(({ PutRequest }) =>
        PutRequest?.Item === undefined ? [] : [{ PutRequest: { Item: PutRequest.Item } }],
      );
    }
  }
}

const bytesAsText = (_key: string, value: unknown): unknown =>
  value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;

/** `B` names bytes where it stands beside a text: an attribute of that name has a map there. */
const textAsBytes = (key: string, value: unknown): unknown =>
  key === 'B' && typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : value;
