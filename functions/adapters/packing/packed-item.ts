import { createHash, randomBytes } from 'node:crypto';
import type { Json } from '#ports/json';
import { COMPARED, isPackedAttribute, isPackedItem, PACKED_ATTRIBUTES } from '#ports/packed-attributes';
import type { Attributes, Item, Key, Update } from '#ports/tables';
import { isWriterSlot } from '../writer-slots.ts';
import { deflated, inflated } from './deflated.ts';

/** What an attribute is stored as: a value of the port, or bytes of ours. */
export type Stored = Json | Uint8Array;

/** An item as it lies in a table: `z` has the packed attributes, those that were changed since lie beside it and win. */
export type StoredAttributes = Record<string, Stored>;

/** An update as a table gets it. */
export interface StoredUpdate extends Omit<Update, 'set'> {
  readonly set?: StoredAttributes;
}

/** Where the packed attributes lie. */
export const PACK = 'z';

/** Written with the pack and with every packed attribute that is set beside it: a fold is of what it has seen, or is not. */
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

/** An item as it is put: a server's packed attributes in one, its nulls left out. */
export const storedFor = (item: Item): StoredAttributes => (isPackedItem(item) ? packed(item, item.pk) : item);

function packed(attributes: Attributes, pk: string): StoredAttributes {
  const names = PACKED_ATTRIBUTES.filter((name) => attributes[name] !== undefined);
  if (names.length < FEWEST) return attributes;
  const rest = Object.fromEntries(Object.entries(attributes).filter(([name]) => !isPackedAttribute(name)));
  return { ...rest, [PACK]: packOf(attributes, pk), [PACK_VERSION]: newVersion(), ...digestsOf(attributes) };
}

function packOf(attributes: Attributes, pk: string): Uint8Array {
  const told = PACKED_ATTRIBUTES.flatMap((name): [string, Json][] => {
    const value = attributes[name] ?? null;
    return value === null ? [] : [[name, value]];
  });
  return closed(Object.fromEntries(told), pk);
}

/** Stands for the uuid that the key tells, which cannot be made smaller. The text of a JSON value has no such character. */
const OWN_UUID = '\u0001';

const uuidOf = (pk: string): string => pk.slice(pk.indexOf('#') + 1);

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
 * An update as a server's item gets it. What is packed is set beside the pack; what is removed is null beside it, since it would
 * be read in the pack again.
 *
 * @param makes - whether there is no item before
 * @throws TypeError for a packed attribute that is added to or kept
 */
export function storedUpdate(key: Key, update: Update, makes: boolean): StoredUpdate {
  if (!isPackedItem(key)) return update;
  const odd = Object.keys({ ...update.add, ...update.keep }).find(isPackedAttribute);
  if (odd !== undefined) throw new TypeError(`${odd} is packed: it cannot be added to or kept`);
  if (makes && update.set !== undefined) return { ...update, set: packed(update.set, key.pk) };
  const [set, remove] = [{ ...update.set }, update.remove ?? []];
  const cleared = remove.filter(isPackedAttribute);
  if (cleared.length === 0 && !Object.keys(set).some(isPackedAttribute)) return update;
  for (const name of cleared) set[name] = null;
  const beside = Object.entries(set).map(([name, value]) => [
    name,
    isPackedAttribute(name) ? short(value, key.pk) : value,
  ]);
  const gone = Object.keys(COMPARED).filter((name) => set[name] === null);
  return {
    ...update,
    set: { ...Object.fromEntries(beside), ...digestsOf(set), [PACK_VERSION]: newVersion() },
    remove: [...remove.filter((name) => !isPackedAttribute(name)), ...gone.map((name) => COMPARED[name] ?? name)],
  };
}

/** A value as it lies beside the pack. */
function short(value: Json, pk: string): Stored {
  const isWhole = value !== null && typeof value === 'object';
  if (!isWhole && (typeof value !== 'string' || value.length < LONG)) return value;
  const bytes = closed(value, pk);
  return isWhole || bytes.length < Buffer.byteLength(value) ? bytes : value;
}

/** Texts of bytes that are held: tables in memory answer the same ones again and again. */
const known = new WeakMap<Uint8Array, string>();

function opened(bytes: Uint8Array, pk: string): Json {
  const text = known.get(bytes) ?? inflated(bytes);
  known.set(bytes, text);
  const value: Json = JSON.parse(text.replaceAll(OWN_UUID, uuidOf(pk)));
  return value;
}

/** The item of what is stored, without writer slots and what is kept for the pack. A server that is packed has all names, null where nothing is told. */
export function plainOf(stored: StoredAttributes, key: Key): Item {
  const item: Item = { pk: key.pk, sk: key.sk };
  const pack = stored[PACK];
  if (pack instanceof Uint8Array) {
    for (const name of PACKED_ATTRIBUTES) item[name] = null;
    Object.assign(item, opened(pack, key.pk));
  }
  for (const name in stored) {
    const value = stored[name];
    if (value === undefined || isWriterSlot(name) || OWN.has(name)) continue;
    item[name] = value instanceof Uint8Array ? opened(value, key.pk) : value;
  }
  return item;
}
