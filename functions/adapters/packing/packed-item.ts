import { createHash, randomBytes } from 'node:crypto';
import type { Json } from '#ports/json';
import { COMPARED, deflatedAttributes, packedAttributes } from '#ports/packed-attributes';
import type { Attributes, Item, Key, Update } from '#ports/tables';
import { isWriterSlot } from '../writer-slots.ts';
import { deflated, inflated } from './deflated.ts';
import { sealedBytes, sealedText } from './sealed-bytes.ts';
import { hasShortNames, shortName, wholeName } from './short-names.ts';

/** What an attribute is stored as: a value of the port, or bytes of ours. */
export type Stored = Json | Uint8Array;

/**
 * An item as it lies in a table: `z` has the packed attributes, those that were changed since lie beside it and win.
 */
export type StoredAttributes = Record<string, Stored>;

/** An update as a table gets it. */
export interface StoredUpdate extends Omit<Update, 'set'> {
  readonly set?: StoredAttributes;
}

/** Where the packed attributes lie. */
export const PACK = 'z';

/**
 * Written with the pack and with every packed attribute that is set beside it: a fold is
 * of what it has seen, or is not.
 */
export const PACK_VERSION = 'zv';

/** Fewer are not worth it. */
const FEWEST = 16;

/** Characters from which a text beside the pack is deflated. */
const LONG = 48;

/** Bytes that are drawn for a version, and that a digest keeps: each write is charged for them. */
const [VERSION_BYTES, DIGEST_BYTES] = [3, 5] as const;

const OWN: ReadonlySet<string> = new Set([PACK, PACK_VERSION, ...Object.values(COMPARED)]);

const newVersion = (): string => randomBytes(VERSION_BYTES).toString('base64url');

/** What stands for a value that conditions compare with. */
export const digestOf = (value: Json): string =>
  createHash('sha256').update(JSON.stringify(value)).digest().subarray(0, DIGEST_BYTES).toString('base64url');

/** An item as it is put: what is packed of its kind in one attribute, the nulls of it left out. */
export function storedFor(item: Item): StoredAttributes {
  const names = packedAttributes(item);
  return names === undefined ? withDeflated(item, item) : shortened(item, packed(item, item, names));
}

/** The same values under the names by which they are stored. */
const shortened = <T>(key: Key, values: Readonly<Record<string, T>>): Record<string, T> =>
  hasShortNames(key)
    ? Object.fromEntries(Object.entries(values).map(([name, value]) => [shortName(name), value]))
    : { ...values };

/** The attributes, of which those that are large in items of this kind are deflated. */
function withDeflated(attributes: Attributes, key: Key): StoredAttributes {
  const names = deflatedAttributes(key);
  if (names.size === 0) return attributes;
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, names.has(name) ? short(value, key.pk) : value]),
  );
}

function packed(attributes: Attributes, key: Key, names: ReadonlySet<string>): StoredAttributes {
  const set = [...names].filter((name) => attributes[name] !== undefined);
  if (set.length < FEWEST) return withDeflated(attributes, key);
  const rest = Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.has(name)));
  const pack = closed(Object.fromEntries(set.flatMap((name) => valueOf(attributes, name))), key.pk);
  return { ...withDeflated(rest, key), [PACK]: pack, [PACK_VERSION]: newVersion(), ...digestsOf(attributes) };
}

const valueOf = (attributes: Attributes, name: string): [string, Json][] => {
  const value = attributes[name] ?? null;
  return value === null ? [] : [[name, value]];
};

/** Stands for the uuid in the key, which cannot be made smaller. The text of a JSON value has no such character. */
const OWN_UUID = '\u0001';

const uuidOf = (pk: string): string => pk.slice(pk.indexOf('#') + 1) || pk;

const closed = (value: Json, pk: string): Uint8Array =>
  deflated(JSON.stringify(value).replaceAll(uuidOf(pk), OWN_UUID));

function digestsOf(attributes: Attributes): Record<string, string> {
  const digests: Record<string, string> = {};
  for (const name in COMPARED) {
    const [digest, value] = [COMPARED[name], attributes[name] ?? null];
    if (digest !== undefined && value !== null) digests[digest] = digestOf(value);
  }
  return digests;
}

/**
 * An update as an item gets it. What is packed of its kind is set beside the pack; what is removed is null beside it,
 * since it would be read in the pack again.
 *
 * @param makes - whether there is no item before
 * @throws TypeError for a packed attribute that is added to or kept
 */
export function storedUpdate(key: Key, update: Update, makes: boolean): StoredUpdate {
  const stored = packedUpdate(key, update, makes);
  if (!hasShortNames(key)) return stored;
  const { set, add, keep, remove, ...others } = stored;
  return {
    ...others,
    ...(set && { set: shortened(key, set) }),
    ...(add && { add: shortened(key, add) }),
    ...(remove && { remove: remove.map(shortName) }),
    ...(keep && {
      keep: Object.fromEntries(Object.entries(keep).map(([name, from]) => [shortName(name), shortName(from)])),
    }),
  };
}

function packedUpdate(key: Key, update: Update, makes: boolean): StoredUpdate {
  const names = packedAttributes(key);
  if (names === undefined) return update.set === undefined ? update : { ...update, set: withDeflated(update.set, key) };
  const odd = Object.keys({ ...update.add, ...update.keep }).find((name) => names.has(name));
  if (odd !== undefined) throw new TypeError(`${odd} is packed: it cannot be added to or kept`);
  if (makes && update.set !== undefined) return { ...update, set: packed(update.set, key, names) };
  const [set, remove] = [{ ...update.set }, update.remove ?? []];
  for (const name of remove) if (names.has(name)) set[name] = null;
  const digests = digestsOf(set);
  const beside = withDeflated(set, key);
  const changed = Object.entries(set).filter(([name]) => names.has(name));
  if (changed.length === 0) return { ...update, set: beside };
  for (const [name, value] of changed) beside[name] = short(value, key.pk);
  const gone = Object.keys(COMPARED).filter((name) => set[name] === null);
  return {
    ...update,
    set: { ...beside, ...digests, [PACK_VERSION]: newVersion() },
    remove: [...remove.filter((name) => !names.has(name)), ...gone.map((name) => COMPARED[name] ?? name)],
  };
}

/** A value as it lies beside the pack, and in items that have none. */
function short(value: Json, pk: string): Stored {
  const isWhole = value !== null && typeof value === 'object';
  if (!isWhole && (typeof value !== 'string' || value.length < LONG)) return value;
  const bytes = isWhole ? closed(value, pk) : (sealedBytes(value) ?? closed(value, pk));
  return isWhole || bytes.length < Buffer.byteLength(value) ? bytes : value;
}

/** Texts of bytes that are held: tables in memory answer the same ones again and again. */
const known = new WeakMap<Uint8Array, string>();

function opened(bytes: Uint8Array, pk: string): Json {
  const sealed = sealedText(bytes);
  if (sealed !== undefined) return sealed;
  const text = known.get(bytes) ?? inflated(bytes);
  known.set(bytes, text);
  const value: Json = JSON.parse(text.replaceAll(OWN_UUID, uuidOf(pk)));
  return value;
}

/**
 * The item of what is stored, without writer slots and what is kept for the pack. One that is packed has all
 * names, null where nothing is set.
 */
export function plainOf(stored: StoredAttributes, key: Key): Item {
  const item: Item = { pk: key.pk, sk: key.sk };
  const pack = stored[PACK];
  if (pack instanceof Uint8Array) {
    for (const name of packedAttributes(key) ?? []) item[name] = null;
    Object.assign(item, opened(pack, key.pk));
  }
  const isShort = hasShortNames(key);
  for (const name in stored) {
    const value = stored[name];
    if (value === undefined || isWriterSlot(name) || OWN.has(name)) continue;
    item[isShort ? wholeName(name) : name] = value instanceof Uint8Array ? opened(value, key.pk) : value;
  }
  return item;
}
