import { isIndexAttribute } from '#ports/index-attribute';
import type { Json } from '#ports/json';
import {
  plainOf,
  storedFor,
  type Stored,
  type StoredAttributes,
  type StoredUpdate,
} from '#adapters/packing/packed-item';
import { ItemTooLarge, type Item, type Key, type Update } from '#ports/tables';
import { isRepeat, LATEST, SENT_SLOTS, WRITER_SLOTS, writerMark } from '#adapters/writer-slots';

/** A map or list, kept as text so that nobody changes it from outside. */
export class Whole {
  readonly text: string;

  constructor(value: Json) {
    this.text = JSON.stringify(value);
  }
}

/** What an attribute is kept as. */
export type StoredValue = null | boolean | number | string | Uint8Array | Whole;

/** An item as it lies in memory; never changed, only replaced. */
export interface StoredItem {
  readonly key: Key;
  /** Every attribute, the key's and the writer slots among them. */
  readonly values: Readonly<Record<string, StoredValue>>;
  /** About its size in bytes. */
  readonly size: number;
}

/** Bytes that an item may have on the service. */
const MOST_BYTES = 400 * 1024;

/** What the service answers to a request that can never succeed. */
export class ValidationException extends Error {
  override readonly name = 'ValidationException' as const;
}

export const storedValue = (value: Stored): StoredValue =>
  value === null || typeof value !== 'object' || value instanceof Uint8Array ? value : new Whole(value);

const plainValue = (value: StoredValue): Stored => {
  if (!(value instanceof Whole)) return value;
  const whole: Json = JSON.parse(value.text);
  return whole;
};

const sizeOf = (value: StoredValue): number => {
  if (typeof value === 'string' || value instanceof Uint8Array) return value.length;
  return value instanceof Whole ? value.text.length : 8;
};

/**
 * Checks what the service checks: keys that are not empty, index keys that are no null, and the size.
 *
 * @throws ValidationException, ItemTooLarge
 */
const checked = (key: Key, values: Record<string, StoredValue>): StoredItem => {
  if (key.pk === '' || key.sk === '') throw new ValidationException('a key attribute is empty');
  let size = 0;
  for (const name in values) {
    const value = values[name] ?? null;
    size += name.length + sizeOf(value);
    if (!isIndexAttribute(name)) continue;
    if ((typeof value !== 'string' && typeof value !== 'number') || value === '') {
      throw new ValidationException(`type mismatch for index key ${name}: remove it to leave the index`);
    }
  }
  if (size > MOST_BYTES) throw new ItemTooLarge(`item size ${size} exceeds ${MOST_BYTES}`);
  return { key: { pk: key.pk, sk: key.sk }, values, size };
};

/** An item that replaces whatever was there. */
export const storedItem = (item: Item): StoredItem => {
  const values: Record<string, StoredValue> = {};
  const stored = storedFor(item);
  for (const name in stored) {
    const value = stored[name];
    if (value !== undefined) values[name] = storedValue(value);
  }
  return checked(item, values);
};

/** All that is stored of an item. */
export const storedAttributes = ({ values }: StoredItem): StoredAttributes =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, plainValue(value)]));

/** The item without its writer slots, nothing of it packed, safe to be changed. */
export const plainItem = (stored: StoredItem): Item => plainOf(storedAttributes(stored), stored.key);

/** Whether the writer of an update has written the item already. */
export const isRepeated = (stored: StoredItem, update: Pick<Update, 'writer' | 'sentAt'>): boolean =>
  isRepeat((slot) => stored.values[slot], update);

/**
 * The item after an update.
 *
 * @throws ValidationException when the service would refuse the update whatever the item's state, or cannot add
 */
export const updatedItem = (before: StoredItem | undefined, key: Key, update: StoredUpdate): StoredItem => {
  const values: Record<string, StoredValue> = { ...before?.values, pk: key.pk, sk: key.sk };
  const named = new Set<string>();
  const name = (attribute: string): string => {
    if (attribute === 'pk' || attribute === 'sk') throw new ValidationException('a key attribute cannot be updated');
    if (named.has(attribute)) throw new ValidationException(`two parts of the update name ${attribute}`);
    named.add(attribute);
    return attribute;
  };
  for (const attribute in update.set) {
    const value = update.set[attribute];
    if (value !== undefined) values[name(attribute)] = storedValue(value);
  }
  for (const [attribute, amount] of Object.entries(update.add ?? {})) {
    const old = before?.values[name(attribute)] ?? (before && attribute in before.values ? null : 0);
    if (typeof old !== 'number') throw new ValidationException(`${attribute} is no number to add to`);
    values[attribute] = old + amount;
  }
  for (const attribute of update.remove ?? []) delete values[name(attribute)];
  for (const [attribute, from] of Object.entries(update.keep ?? {}))
    values[name(attribute)] = before?.values[from] ?? null;
  if (update.writer !== undefined) {
    const mark = writerMark(update.writer);
    for (const [at, slot] of WRITER_SLOTS.entries())
      values[slot] = at === 0 ? mark : (before?.values[WRITER_SLOTS[at - 1] ?? slot] ?? null);
    for (const [at, slot] of SENT_SLOTS.entries())
      values[slot] = at === 0 ? (update.sentAt ?? 0) : (before?.values[SENT_SLOTS[at - 1] ?? slot] ?? 0);
    if (update.sentAt !== undefined) values[LATEST] = Math.max(update.sentAt, Number(before?.values[LATEST] ?? 0));
  }
  return checked(key, values);
};
