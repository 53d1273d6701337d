import {
  QueryCommand,
  ResourceNotFoundException,
  ScanCommand,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { Item } from '#ports/tables';
import type { Json } from '#ports/json';
import { decodeItem } from '#adapters/dynamodb/items';
import { mapOf } from '#wire/reading';
import { CommandFailure } from './failure.ts';

type Encoded = Parameters<typeof decodeItem>[0];

/**
 * Every item of a table, by the name that it has in DynamoDB: for who looks at all of it, never for a request.
 *
 * @param pk of these items alone
 */
export async function* scanTable(client: DynamoDBClient, TableName: string, pk?: string): AsyncIterable<Item> {
  const keys = {
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: pk ?? '' } },
  };
  for (let ExclusiveStartKey: Encoded | undefined; ; ) {
    const from = { TableName, ConsistentRead: true, ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}) };
    const page =
      pk === undefined
        ? await client.send(new ScanCommand(from))
        : await client.send(new QueryCommand({ ...from, ...keys }));
    for (const item of page.Items ?? []) yield decodeItem(item);
    ExclusiveStartKey = page.LastEvaluatedKey;
    if (ExclusiveStartKey === undefined) return;
  }
}

/** The items of a table that the command line names. @throws CommandFailure when it is not there */
export async function* knownTable(items: AsyncIterable<Item>, name: string): AsyncIterable<Item> {
  try {
    yield* items;
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    throw new CommandFailure(`there is no table ${name}: check its name and --deployment`);
  }
}

/**
 * The item of a line of a table export (DynamoDB JSON, in which bytes are base64).
 *
 * @throws Error for a line that is none
 */
export function exportedItem(line: string): Item {
  const parsed: Json = JSON.parse(line);
  const attributes = Object.entries(mapOf(mapOf(parsed)['Item']));
  const encoded: Encoded = Object.fromEntries(attributes.map(([name, value]) => [name, attributeOf(mapOf(value))]));
  if (encoded['pk']?.S === undefined) throw new TypeError('it has no key');
  return decodeItem(encoded);
}

/** A value of an export as the SDK has it. */
function attributeOf(value: Readonly<Record<string, Json>>): AttributeValue {
  const { S, N, B, BOOL, NULL, M } = value;
  if (typeof S === 'string') return { S };
  if (typeof N === 'string') return { N };
  if (typeof B === 'string') return { B: Buffer.from(B, 'base64') };
  if (typeof BOOL === 'boolean') return { BOOL };
  if (NULL === true) return { NULL };
  return {
    M: Object.fromEntries(Object.entries(mapOf(M)).map(([name, each]) => [name, attributeOf(mapOf(each))])),
  };
}
