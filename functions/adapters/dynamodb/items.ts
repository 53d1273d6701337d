import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Attributes, Item, Key } from '#ports/tables';
import type { Json, JsonMap } from '#ports/json';
import { isWriterSlot } from '../writer-slots.ts';

type Encoded = Record<string, AttributeValue>;

/** The one member of the map that a stored map or list becomes. */
const WHOLE = 'json';

/** Scalars have DynamoDB types of their own; a map or list is one text inside a map, so that it costs one member only. */
export const encode = (value: Json): AttributeValue => {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  return value === null ? { NULL: true } : { M: { [WHOLE]: { S: JSON.stringify(value) } } };
};

/** Reads what `encode` wrote. */
const decode = (value: AttributeValue): Json => {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.NULL !== undefined) return null;
  const text = value.M?.[WHOLE]?.S;
  if (text === undefined) throw new TypeError(`an attribute of a type that is never written: ${Object.keys(value)[0]}`);
  const whole: Json = JSON.parse(text);
  return whole;
};

export const encodeKey = (key: Key): Encoded => ({ pk: { S: key.pk }, sk: { S: key.sk } });

export const encodeAttributes = (attributes: Attributes): Encoded => {
  const encoded: Encoded = {};
  for (const name in attributes) {
    const value = attributes[name];
    if (value !== undefined) encoded[name] = encode(value);
  }
  return encoded;
};

/** The item without its writer slots. */
export const decodeItem = (encoded: Encoded): Item => {
  const item: Item = { pk: encoded['pk']?.S ?? '', sk: encoded['sk']?.S ?? '' };
  for (const name in encoded) {
    const value = encoded[name];
    if (value !== undefined && !isWriterSlot(name)) item[name] = decode(value);
  }
  return item;
};

/** Where a query goes on: the keys of the table and of the index, as plain values. */
export const decodePosition = (encoded: Encoded): JsonMap => {
  const position: JsonMap = {};
  for (const [name, value] of Object.entries(encoded)) position[name] = decode(value);
  return position;
};

/** @throws TypeError when it is no position that a query answered */
export const encodePosition = (position: Json): Encoded => {
  if (position === null || typeof position !== 'object' || Array.isArray(position)) {
    throw new TypeError('a query goes on after a position that a query answered');
  }
  return encodeAttributes(position);
};
