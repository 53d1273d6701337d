import { PutItemCommand, type AttributeValue, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamodbClient } from '#adapters/dynamodb/client';
import { encode } from '#adapters/dynamodb/items';
import { DynamoTables } from '#adapters/dynamodb/tables';
import { shortName } from '#adapters/packing/short-names';
import { createTables, startDynamodb } from '#local/emulation/dynamodb-emulator';
import { equals, not } from '#ports/conditions';
import { TableThrottled, type Item } from '#ports/tables';
import { packedServer } from './packed-server.ts';

const CELL = 'cell-cell1';

/** What makes a server so large that it is folded. */
const LARGE = Object.fromEntries(
  ['availability_zone', 'hostname', 'key_name', 'launched_on', 'locked_by', 'os_type'].map((name) => [
    name,
    'text '.repeat(9),
  ]),
);
const OWNER = { 'op:launch:owner': 'x'.repeat(800) };

const nothing = (): Promise<void> => Promise.resolve();

describe('the fold of a server', () => {
  let client: DynamoDBClient;
  let tables: DynamoTables;
  let stop: () => Promise<void>;
  /** Runs before the request that folds. */
  let between = nothing;
  let folds = 0;
  beforeAll(async () => {
    const emulator = await startDynamodb();
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    client = dynamodbClient({ endpoint: emulator.endpoint, region: 'us-east-1', credentials });
    await createTables(client, 'fold', ['cell1']);
    client.middlewareStack.add(
      (next) => async (args) => {
        const { input } = args;
        const names = 'ExpressionAttributeNames' in input ? Object.values(input.ExpressionAttributeNames ?? {}) : [];
        if ('UpdateExpression' in input && names.includes('z')) {
          folds += 1;
          await between();
        }
        return next(args);
      },
      { step: 'initialize', name: 'beforeFolds' },
    );
    tables = new DynamoTables({ client, deployment: 'fold' });
    stop = async () => {
      client.destroy();
      await emulator.stop();
    };
  });
  afterAll(() => stop());

  /** Puts a server that nothing of is packed. */
  async function putPlain(item: Item): Promise<void> {
    const encoded: Record<string, AttributeValue> = {};
    for (const [name, value] of Object.entries(item)) encoded[shortName(name)] = encode(value);
    await client.send(new PutItemCommand({ TableName: `fold-${CELL}`, Item: encoded }));
  }

  it('leaves what was changed meanwhile, and the next change folds it', async () => {
    const item = packedServer('raced', OWNER);
    await tables.put(CELL, item);
    const before = folds;
    between = async () => {
      between = nothing;
      await tables.put(CELL, { ...item, display_name: 'other' });
      await tables.update(CELL, item, { set: { ...LARGE, locked: true } });
    };

    await tables.update(CELL, item, { set: LARGE });

    expect(folds - before).toBe(2);
    expect(await tables.get(CELL, item)).toEqual({ ...item, ...LARGE, display_name: 'other', locked: true });
  });

  it('may be refused for now, and the change is there all the same', async () => {
    const item = packedServer('throttled', OWNER);
    await tables.put(CELL, item);
    between = () => {
      between = nothing;
      return Promise.reject(new TableThrottled('for now'));
    };

    const { item: after } = await tables.update(CELL, item, { set: LARGE });

    expect(after).toEqual({ ...item, ...LARGE });
    expect(await tables.get(CELL, item)).toEqual(after);
  });

  it('packs a server of which nothing is packed with its next change, whose networks are known before and after', async () => {
    const item = packedServer('earlier', { ...OWNER, user_data: 'some text '.repeat(100) });
    await putPlain(item);
    const has = { kind: 'check', table: CELL, key: item, condition: not(equals('network_info', null)) } as const;
    const before = folds;

    await tables.transact([has]);
    await tables.update(
      CELL,
      item,
      { set: { vm_state: 'stopped' } },
      equals('network_info', item['network_info'] ?? ''),
    );
    await tables.transact([has]);

    expect(folds - before).toBe(1);
    expect(await tables.get(CELL, item)).toEqual({ ...item, vm_state: 'stopped' });
  });

  it('of a server of which nothing is packed and whose networks are gone leaves them gone', async () => {
    const item = packedServer('networkless', { ...OWNER, user_data: 'some text '.repeat(100), network_info: null });
    await putPlain(item);

    await tables.update(CELL, item, { set: { vm_state: 'stopped' } });
    const saving = tables.update(CELL, item, { set: { hidden: true } }, not(equals('network_info', null)));

    await expect(saving).rejects.toMatchObject({ name: 'ConditionFailed' });
  });
});
