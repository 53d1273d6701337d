import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { encodeAttributes } from '#adapters/dynamodb/items';
import type { StoredAttributes } from '#adapters/packing/packed-item';

/** A line of a table export: DynamoDB JSON, in which bytes are base64. */
export const exportLine = (stored: StoredAttributes): string =>
  `${JSON.stringify({ Item: eachShown(encodeAttributes(stored)) })}\n`;

const eachShown = (attributes: Readonly<Record<string, AttributeValue>>): object =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, shown(value)]));

function shown(value: AttributeValue): object {
  if (value.B !== undefined) return { B: Buffer.from(value.B).toString('base64') };
  if (value.M !== undefined) return { M: eachShown(value.M) };
  return value;
}
