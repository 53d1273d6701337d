import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item, Key } from '#ports/tables';
import type { Json, JsonMap } from '#ports/json';
import { plainOf, type Stored, type StoredAttributes } from '../packing/packed-item.ts';

type Encoded = Record<string, AttributeValue>;

/** The one member of the map that a stored map or list becomes. */
const WHOLE = 'json';

/**
 * Scalars and bytes have DynamoDB types of their own; a map or list is one text inside a map, so
 * that it costs one member only.
 */
export const encode = (value: Stored): AttributeValue => {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null) return { NULL: true };
  return value instanceof Uint8Array ? { B: value } : { M: { [WHOLE]: { S: JSON.stringify(value) } } };
};

/** Reads what `encode` wrote. */
const decode = (value: AttributeValue): Stored => {
  if (value.S !== undefined) return value.S;
  if (value.B !== undefined) return value.B;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.NULL !== undefined) return null;
  const text = value.M?.[WHOLE]?.S;
  if (text === undefined) throw new TypeError(`an attribute of a type that is never written: ${Object.keys(value)[0]}`);
  const whole: Json = JSON.parse(text);
  return whole;
};

export const encodeKey = (key: Key): Encoded => ({ pk: { S: key.pk }, sk: { S: key.sk } });

export const encodeAttributes = (attributes: StoredAttributes): Encoded => {
  const encoded: Encoded = {};
  for (const name in attributes) {
    const value = attributes[name];
    if (value !== undefined) encoded[name] = encode(value);
  }
  return encoded;
};

/** All that is stored of an item. */
export const decodeStored = (encoded: Encoded): StoredAttributes => {
  const stored: StoredAttributes = {};
  for (const name in encoded) {
    const value = encoded[name];
    if (value !== undefined) stored[name] = decode(value);
  }
  return stored;
};

const decodeKey = (encoded: Encoded): Key => ({ pk: encoded['pk']?.S ?? '', sk: encoded['sk']?.S ?? '' });

/** The item without its writer slots, nothing of it packed. */
export const decodeItem = (encoded: Encoded): Item => plainOf(decodeStored(encoded), decodeKey(encoded));

/** Where a query goes on: the keys of the table and of the index, as plain values. */
export const decodePosition = (encoded: Encoded): JsonMap => {
  const position: JsonMap = {};
  for (const [name, { S, N }] of Object.entries(encoded)) position[name] = S ?? Number(N);
  return position;
};

/** @throws TypeError when it is no position that a query answered */
export const encodePosition = (position: Json): Encoded => {
  if (position === null || typeof position !== 'object' || Array.isArray(position)) {
    throw new TypeError('a query goes on after a position that a query answered');
  }
  return encodeAttributes(position);
};
