import { Whole, type StoredItem, type StoredValue } from '#adapters/memory/stored-item';

/** What a map costs beside its members, and a member beside its name and value. */
const [MAP_BYTES, MEMBER_BYTES] = [3, 1] as const;

/**
 * A map or list is stored as one text inside a map (functions/adapters/dynamodb/items.ts),
 * under a name of four characters.
 */
const WHOLE_BYTES = MAP_BYTES + MEMBER_BYTES + 'json'.length;

/** Decimal digits of a number that count, without leading and trailing zeros. */
const significantDigits = (value: number): number =>
  Math.abs(value).toString().replace(/e.*$/u, '').replace('.', '').replace(/^0+/u, '').replace(/0+$/u, '').length;

/**
 * Bytes of a value (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html):
 * texts by their UTF-8 bytes, numbers one byte for two digits and one more, null and booleans one.
 */
function valueBytes(value: StoredValue): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (value instanceof Whole) return WHOLE_BYTES + Buffer.byteLength(value.text);
  if (value instanceof Uint8Array) return value.length;
  if (typeof value !== 'number') return 1;
  return Math.ceil(significantDigits(value) / 2) + 1 + (value < 0 ? 1 : 0);
}

/** Bytes of the attributes of an item, or of those of them that an index has. */
export function itemBytes(item: StoredItem, has: (name: string) => boolean = () => true): number {
  let bytes = 0;
  for (const [name, value] of Object.entries({ ...item.values, ...item.key }))
    if (has(name)) bytes += Buffer.byteLength(name) + valueBytes(value);
  return bytes;
}
