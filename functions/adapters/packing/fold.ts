import { all, equals, type Condition } from '#ports/conditions';
import { packedAttributes } from '#ports/packed-attributes';
import type { Key } from '#ports/tables';
import {
  PACK,
  PACK_VERSION,
  plainOf,
  storedFor,
  type Stored,
  type StoredAttributes,
  type StoredUpdate,
} from './packed-item.ts';
import { wholeName } from './short-names.ts';

/** Bytes beside the pack that are left there, whatever the item has. */
const LEFT = 256;

/** Bytes of one write unit. */
const UNIT = 1024;

/** What a map or list costs beside its text. */
const WHOLE_BYTES = 8;

/** A write that folds what lies beside the pack into it, where nothing of either was changed since it was looked at. */
export interface Fold {
  readonly update: StoredUpdate;
  readonly condition: Condition;
}

/**
 * What makes an item smaller by a write unit at least; undefined for one that is as small as it gets. An item of an
 * earlier release is packed by it.
 *
 * @param read - answers all of the item, its writer slots among it
 */
export function foldOf(key: Key, read: () => StoredAttributes): Fold | undefined {
  const names = packedAttributes(key);
  if (names === undefined) return undefined;
  const stored = read();
  const beside = Object.keys(stored).filter((name) => names.has(wholeName(name)));
  const [size, loose] = [bytesOf(stored, Object.keys(stored)), bytesOf(stored, beside)];
  if (loose < LEFT || size <= UNIT) return undefined;
  const { [PACK]: pack, [PACK_VERSION]: version, ...rest } = storedFor(plainOf(stored, key));
  if (!(pack instanceof Uint8Array) || version === undefined) return undefined;
  const folded = size - loose + pack.length - lengthOf(stored[PACK] ?? '');
  if (units(folded) >= units(size)) return undefined;
  const digests = Object.fromEntries(Object.entries(rest).filter(([name]) => !(name in stored)));
  const seen = stored[PACK_VERSION];
  return {
    update: { set: { [PACK]: pack, [PACK_VERSION]: version, ...digests }, remove: beside },
    condition: all(
      { kind: 'exists' },
      equals(PACK_VERSION, typeof seen === 'string' ? seen : null),
      ...(seen === undefined ? [equals(PACK, null)] : []),
    ),
  };
}

const units = (bytes: number): number => Math.ceil(bytes / UNIT);

const bytesOf = (stored: StoredAttributes, names: readonly string[]): number =>
  names.reduce((sum, name) => sum + name.length + lengthOf(stored[name] ?? null), 0);

function lengthOf(value: Stored): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (value instanceof Uint8Array) return value.length;
  if (typeof value === 'number') return 1 + Math.ceil(String(value).replace(/0+$/u, '').length / 2);
  return value !== null && typeof value === 'object' ? WHOLE_BYTES + Buffer.byteLength(JSON.stringify(value)) : 1;
}
