import type { Condition } from './conditions.ts';
import type { Json } from './json.ts';

/** A table by its short name, without the deployment's prefix: `mappings`, `requests`, `cell-cell1`, … */
export type TableName = string;

/** Both parts of a primary key. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** Holds the kind of a key in its type alone: no key has it. */
declare const KIND: unique symbol;

/**
 * The key of a record of one kind, known by its item type: a write under it names attributes of that kind alone, so a
 * misspelt one does not compile. A plain key takes any name.
 */
export interface RecordKey<Kind> extends Key {
  readonly [KIND]?: Kind;
}

/** The attributes of an item. Scalars are kept as such; maps and lists are stored whole and never addressed inside. */
export type Attributes = Record<string, Json>;

/** A stored item: its key and its attributes. */
export type Item = Attributes & { pk: string; sk: string };

/** A stored item of one kind: it was read under a key of that kind, or by a search for that kind alone. */
export type ItemOf<Kind> = Item & { readonly [KIND]?: Kind };

/** Records of which no type is given: any name is taken. */
export type AnyKind = Readonly<Record<string, Json>>;

/**
 * What a record of any kind may have: the times of a row, its time to live, index keys, and operations' bookkeeping.
 */
type CommonName =
  | 'created_at'
  | 'updated_at'
  | 'deleted'
  | 'deleted_at'
  | 'expires_at'
  | 'lookup'
  | 'lookup_sort'
  | `by_${string}`
  | `op:${string}`;

/** The names of a kind's attributes. */
export type AttributeName<Kind> = Extract<keyof Kind, string> | CommonName;

/** Values for attributes of one kind of record. */
export type AttributesOf<Kind> = { readonly [Name in AttributeName<Kind>]?: Json };

/** What one write changes in an item. An item that is not there is made, unless the condition forbids it. */
export interface Update {
  readonly set?: Attributes;
  /** Added to a number; an attribute that was never set counts as 0. */
  readonly add?: Readonly<Record<string, number>>;
  readonly remove?: readonly string[];
  /** Attributes that get the value which another had before the update, null where it had none. */
  readonly keep?: Readonly<Record<string, string>>;
  /**
   * `_unique_id` of the message that causes this write. The item remembers its last twelve writers; a write by one of
   * them is a repeat: nothing changes and the item is answered as it is.
   */
  readonly writer?: string;
  /**
   * When the writer's message was sent, in epoch milliseconds. One has been forgotten, and is a repeat, too, if none of
   * the twelve that are remembered was sent before it, and a later one has been written.
   */
  readonly sentAt?: number;
}

/** What one write changes in an item of one kind. */
export interface UpdateOf<Kind> extends Omit<Update, 'set' | 'remove'> {
  readonly set?: AttributesOf<Kind>;
  readonly remove?: readonly AttributeName<Kind>[];
}

/** The item after an update, or as it was found when this writer had already written it. */
export interface Updated<Kind = AnyKind> {
  readonly item: ItemOf<Kind>;
  readonly repeated: boolean;
}

/** Which items of one partition to read; all of them are read page by page unless `limit` stops it. */
export interface Query {
  /** Absent: the table's own keys. An index `by-x` has the attributes `by_x` and `by_x_sort` as its keys. */
  readonly index?: string;
  readonly partition: string;
  readonly sortPrefix?: string;
  /** Lower bound, inclusive, of a sort key; numbers for the capacity index. */
  readonly sortFrom?: string | number;
  readonly sortTo?: string | number;
  readonly descending?: boolean;
  readonly filter?: Condition;
  /** At most this many items are evaluated, counted before the filter. */
  readonly limit?: number;
  readonly after?: Json;
  readonly consistent?: boolean;
}

/** A page of a query. `after` is there when more may follow. */
export interface Page {
  readonly items: Item[];
  readonly after?: Json;
}

/** One part of a transaction. */
export type Action =
  | { readonly kind: 'put'; readonly table: TableName; readonly item: Item; readonly condition?: Condition }
  | {
      readonly kind: 'update';
      readonly table: TableName;
      readonly key: Key;
      readonly update: Omit<Update, 'writer'>;
      readonly condition?: Condition;
    }
  | { readonly kind: 'delete'; readonly table: TableName; readonly key: Key; readonly condition?: Condition }
  | { readonly kind: 'check'; readonly table: TableName; readonly key: Key; readonly condition: Condition };

/**
 * The records: DynamoDB tables, or their stand-in in memory.
 *
 * @throws ConditionFailed when the condition of a write does not hold
 * @throws TransactionRefused when a condition inside a transaction does not hold
 * @throws TransactionConflict when another transaction holds an item; the same call may be tried again
 * @throws TableThrottled when the service refuses for load; the same call may be tried again
 */
export interface Tables {
  /** Reads are consistent by default. */
  get<Kind = AnyKind>(
    table: TableName,
    key: RecordKey<Kind>,
    options?: { readonly consistent?: boolean },
  ): Promise<ItemOf<Kind> | undefined>;
  /** Reads up to 100 items of any tables in one request, in the order asked. */
  batchGet(keys: readonly { readonly table: TableName; readonly key: Key }[]): Promise<(Item | undefined)[]>;
  query(table: TableName, query: Query): Promise<Page>;
  put(table: TableName, item: Item, condition?: Condition): Promise<void>;
  update<Kind = AnyKind>(
    table: TableName,
    key: RecordKey<Kind>,
    update: UpdateOf<NoInfer<Kind>>,
    condition?: Condition,
  ): Promise<Updated<Kind>>;
  /** Deletes and answers the item as it was; undefined when there was none. */
  delete(table: TableName, key: Key, condition?: Condition): Promise<Item | undefined>;
  /** All or nothing, at most 100 actions. */
  transact(actions: readonly Action[]): Promise<void>;
}

/** The condition of a write did not hold; `item` is what was found, absent when there was none. */
export class ConditionFailed extends Error {
  override readonly name = 'ConditionFailed' as const;
  readonly item: Item | undefined;

  constructor(table: TableName, key: Key, item: Item | undefined) {
    super(`condition failed on ${table} ${key.pk} ${key.sk}`);
    this.item = item;
  }
}

/** Why each action of a refused transaction failed; undefined for those that did not. */
export type Refusal = { readonly item: Item | undefined } | undefined;

/** A transaction wrote nothing because of the conditions at these positions. */
export class TransactionRefused extends Error {
  override readonly name = 'TransactionRefused' as const;
  readonly refusals: readonly Refusal[];

  constructor(refusals: readonly Refusal[]) {
    super(`transaction refused at ${refusals.flatMap((refusal, at) => (refusal ? [at] : [])).join(', ')}`);
    this.refusals = refusals;
  }
}

/** Another transaction was at work on one of the items. */
export class TransactionConflict extends Error {
  override readonly name = 'TransactionConflict' as const;
}

/** A record would be larger than a table takes, 400 KB: writing it again is refused again. */
export class ItemTooLarge extends Error {
  override readonly name = 'ItemTooLarge' as const;
}

/** The tables, or the keys of sealed records, refused the request for now: throttled, failed, or not reached. */
export class TableThrottled extends Error {
  override readonly name = 'TableThrottled' as const;
}
