import { setTimeout } from 'node:timers/promises';
import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type AttributeValue,
  type DynamoDBClient,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Condition } from '#ports/conditions';
import {
  ConditionFailed,
  TableThrottled,
  TransactionConflict,
  type Action,
  type Item,
  type Key,
  type Page,
  type Query,
  type TableName,
  type Tables,
  type Update,
  type Updated,
  type UpdateOf,
  type RecordKey,
  type AnyKind,
} from '#ports/tables';
import type { OnRequest, TableOperation } from '../table-operation.ts';
import { foldOf } from '../packing/fold.ts';
import { demandsAbsence, storedCondition } from '../packing/packed-conditions.ts';
import { storedFor, storedUpdate, type StoredUpdate } from '../packing/packed-item.ts';
import { isRepeat, LATEST } from '../writer-slots.ts';
import { conditionText, keyConditionText, Placeholders, updateConditionText, updateText } from './expressions.ts';
import { translated } from './failures.ts';
import { conditionInput, transactItem } from './transact-item.ts';
import { decodeItem, decodePosition, decodeStored, encodeAttributes, encodeKey, encodePosition } from './items.ts';

/** Keys that one BatchGetItem takes. */
const BATCH = 100;

/** Tries of a write that meets a transaction, and of a batch that is not read whole. */
const TRIES = 3;

/** Longest first wait, doubled after each try: with TRIES, at most 50 + 100 ms are waited in total. */
const FIRST_WAIT_MS = 50;

export interface DynamoTablesOptions {
  readonly client: DynamoDBClient;
  /** Every table's name begins with it and a dash. */
  readonly deployment: string;
  /** @default a timer */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
  readonly onRequest?: OnRequest;
}

/** The records in DynamoDB. */
export class DynamoTables implements Tables {
  readonly #client: DynamoDBClient;
  readonly #prefix: string;
  readonly #wait: (milliseconds: number) => Promise<unknown>;
  readonly #onRequest: OnRequest | undefined;

  constructor(options: DynamoTablesOptions) {
    this.#client = options.client;
    this.#prefix = `${options.deployment}-`;
    this.#wait = options.wait ?? setTimeout;
    this.#onRequest = options.onRequest;
  }

  async get(table: TableName, key: Key, options?: { readonly consistent?: boolean }): Promise<Item | undefined> {
    const command = new GetItemCommand({
      TableName: this.#prefix + table,
      Key: encodeKey(key),
      ConsistentRead: options?.consistent ?? true,
    });
    const { Item: found } = await this.#ask('GetItem', () => this.#client.send(command));
    return found && decodeItem(found);
  }

  async batchGet(keys: readonly { readonly table: TableName; readonly key: Key }[]): Promise<(Item | undefined)[]> {
    const wanted = new Map(keys.map((each) => [identity(each.table, each.key), each]));
    const found = new Map<string, Item>();
    const all = [...wanted.values()];
    for (let at = 0; at < all.length; at += BATCH) await this.#readBatch(all.slice(at, at + BATCH), found);
    return keys.map(({ table, key }) => found.get(identity(table, key)));
  }

  async query(table: TableName, query: Query): Promise<Page> {
    const to = new Placeholders();
    const input: QueryCommandInput = {
      TableName: this.#prefix + table,
      KeyConditionExpression: keyConditionText(query, to),
      ...(query.filter && { FilterExpression: conditionText(query.filter, to, 'filter') }),
      ...to.inputs,
      ...(query.index === undefined ? { ConsistentRead: query.consistent ?? true } : { IndexName: query.index }),
      ...(query.descending && { ScanIndexForward: false }),
      ...(query.limit !== undefined && { Limit: query.limit }),
    };
    const items: Item[] = [];
    let from = query.after === undefined ? undefined : encodePosition(query.after);
    do {
      const command = new QueryCommand({ ...input, ...(from && { ExclusiveStartKey: from }) });
      const page = await this.#ask('Query', () => this.#client.send(command));
      for (const found of page.Items ?? []) items.push(decodeItem(found));
      from = page.LastEvaluatedKey;
    } while (from !== undefined && query.limit === undefined);
    return { items, ...(from && { after: decodePosition(from) }) };
  }

  async put(table: TableName, item: Item, condition?: Condition): Promise<void> {
    const to = new Placeholders();
    const command = new PutItemCommand({
      TableName: this.#prefix + table,
      Item: encodeAttributes(storedFor(item)),
      ...conditionInput(item, condition, to),
    });
    await this.#write('PutItem', table, item, () => this.#client.send(command));
  }

  async update<Kind = AnyKind>(
    table: TableName,
    key: RecordKey<Kind>,
    update: UpdateOf<Kind>,
    condition?: Condition,
  ): Promise<Updated<Kind>>;
  async update(table: TableName, key: Key, update: Update, condition?: Condition): Promise<Updated> {
    const stored = storedUpdate(key, update, demandsAbsence(condition));
    return this.#update(table, key, stored, condition && storedCondition(key, condition));
  }

  /** Updates an item; a message that others have overtaken is looked at, and written if it is no repeat. */
  async #update(
    table: TableName,
    key: Key,
    update: StoredUpdate,
    condition: Condition | undefined,
    latest?: number,
  ): Promise<Updated> {
    const to = new Placeholders();
    const text = updateText(update, to, latest !== undefined);
    const must = updateConditionText(update, condition, to, latest);
    const command = new UpdateItemCommand({
      TableName: this.#prefix + table,
      Key: encodeKey(key),
      UpdateExpression: text,
      ConditionExpression: must,
      ...to.inputs,
      ReturnValues: 'ALL_NEW',
      ...(must !== undefined && { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
    });
    try {
      const { Attributes: after } = await this.#patiently('UpdateItem', () => this.#client.send(command));
      if (after !== undefined) await this.#fold(table, key, after);
      return { item: decodeItem(after ?? encodeKey(key)), repeated: false };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const { Item: before } = error;
      if (before && wasWritten(before, update)) return { item: decodeItem(before), repeated: true };
      const overtaking = before && overtakes(before, update);
      if (overtaking !== undefined && overtaking !== latest)
        return this.#update(table, key, update, condition, overtaking);
      throw new ConditionFailed(table, key, before && decodeItem(before));
    }
  }

  /**
   * Folds a server that has grown by its changes. Nothing is lost where that does not happen: the next change folds it.
   */
  async #fold(table: TableName, key: Key, after: Record<string, AttributeValue>): Promise<void> {
    const fold = foldOf(key, () => decodeStored(after));
    if (fold === undefined) return;
    const to = new Placeholders();
    const command = new UpdateItemCommand({
      TableName: this.#prefix + table,
      Key: encodeKey(key),
      UpdateExpression: updateText(fold.update, to),
      ConditionExpression: conditionText(fold.condition, to),
      ...to.inputs,
    });
    try {
      await this.#ask('UpdateItem', () => this.#client.send(command));
    } catch (error) {
      const isChanged = error instanceof ConditionalCheckFailedException || error instanceof TransactionConflict;
      if (!isChanged && !(error instanceof TableThrottled)) throw error;
    }
  }

  async delete(table: TableName, key: Key, condition?: Condition): Promise<Item | undefined> {
    const to = new Placeholders();
    const command = new DeleteItemCommand({
      TableName: this.#prefix + table,
      Key: encodeKey(key),
      ReturnValues: 'ALL_OLD',
      ...conditionInput(key, condition, to),
    });
    const { Attributes: before } = await this.#write('DeleteItem', table, key, () => this.#client.send(command));
    return before && decodeItem(before);
  }

  async transact(actions: readonly Action[]): Promise<void> {
    if (actions.length === 0) return;
    const command = new TransactWriteItemsCommand({
      TransactItems: actions.map((action) => transactItem(this.#prefix, action)),
    });
    await this.#patiently('TransactWriteItems', () => this.#client.send(command));
  }

  /** Reads until nothing is left over: large items make the service answer part of a batch. */
  async #readBatch(
    keys: readonly { readonly table: TableName; readonly key: Key }[],
    found: Map<string, Item>,
  ): Promise<void> {
    const tables = Map.groupBy(keys, ({ table }) => this.#prefix + table);
    let left = Object.fromEntries(
      [...tables].map(([name, of]) => [name, { Keys: of.map(({ key }) => encodeKey(key)), ConsistentRead: true }]),
    );
    for (let fruitless = 0; Object.keys(left).length > 0; ) {
      const command = new BatchGetItemCommand({ RequestItems: left });
      const answer = await this.#ask('BatchGetItem', () => this.#client.send(command));
      let read = 0;
      for (const [name, items] of Object.entries(answer.Responses ?? {})) {
        for (const each of items) {
          const item = decodeItem(each);
          found.set(identity(name.slice(this.#prefix.length), item), item);
          read++;
        }
      }
      left = Object.fromEntries(
        Object.entries(answer.UnprocessedKeys ?? {}).map(([name, { Keys = [] }]) => [
          name,
          { Keys, ConsistentRead: true },
        ]),
      );
      if (read > 0 || Object.keys(left).length === 0) continue;
      if (++fruitless >= TRIES) throw new TableThrottled('a batch was left unread');
      await this.#wait(pause(fruitless));
    }
  }

  async #write<T>(operation: TableOperation, table: TableName, key: Key, send: () => Promise<T>): Promise<T> {
    try {
      return await this.#patiently(operation, send);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      throw new ConditionFailed(table, { pk: key.pk, sk: key.sk }, error.Item && decodeItem(error.Item));
    }
  }

  /** Tries again what met a transaction under way. */
  async #patiently<T>(operation: TableOperation, send: () => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried++) {
      try {
        return await this.#ask(operation, send);
      } catch (error) {
        if (!(error instanceof TransactionConflict) || tried >= TRIES) throw error;
        await this.#wait(pause(tried));
      }
    }
  }

  async #ask<T>(operation: TableOperation, send: () => Promise<T>): Promise<T> {
    this.#onRequest?.(operation);
    try {
      return await send();
    } catch (error) {
      throw translated(error);
    }
  }
}

/** Jittered, so that two transactions in each other's way do not meet again. */
const pause = (tried: number): number => Math.random() * FIRST_WAIT_MS * 2 ** (tried - 1);

const identity = (table: TableName, key: Key): string => `${table}\n${key.pk}\n${key.sk}`;

const wasWritten = (item: Record<string, AttributeValue>, update: Pick<Update, 'writer' | 'sentAt'>): boolean =>
  isRepeat((slot) => item[slot]?.S ?? item[slot]?.N, update);

/** When the message was sent that overtook this one; undefined when none did. */
function overtakes(item: Record<string, AttributeValue>, { sentAt }: Pick<Update, 'sentAt'>): number | undefined {
  const latest = Number(item[LATEST]?.N ?? 0);
  return sentAt !== undefined && latest > sentAt ? latest : undefined;
}
