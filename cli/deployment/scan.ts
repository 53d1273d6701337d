import { ScanCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Item } from '#ports/tables';
import { decodeItem } from '#adapters/dynamodb/items';

/** Every item of a table, by the name that it has in DynamoDB: for who looks at all of it, never for a request. */
export async function* scanTable(client: DynamoDBClient, TableName: string): AsyncIterable<Item> {
  for (let ExclusiveStartKey: Parameters<typeof decodeItem>[0] | undefined; ; ) {
    const page = await client.send(
      new ScanCommand({ TableName, ConsistentRead: true, ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}) }),
    );
    for (const item of page.Items ?? []) yield decodeItem(item);
    ExclusiveStartKey = page.LastEvaluatedKey;
    if (ExclusiveStartKey === undefined) return;
  }
}
