import { brotliDecompressSync, deflateRawSync, inflateRawSync } from 'node:zlib';
import { DICTIONARY_1 } from './dictionary-1.ts';

/** The dictionaries by their versions, all that were ever written with. */
const SHIPPED: ReadonlyMap<number, string> = new Map([[1, DICTIONARY_1]]);

/** The version that is written. */
const WRITTEN = 1;

/** Bytes that a text may have: more than an item takes, however well it was deflated. */
const MOST_BYTES = 64 * 1024 * 1024;

const opened = new Map<number, Buffer>();

/** @throws TypeError for a version that was never shipped */
function dictionaryOf(version: number): Buffer {
  const known = opened.get(version);
  if (known !== undefined) return known;
  const shipped = SHIPPED.get(version);
  if (shipped === undefined) throw new TypeError(`packed with dictionary ${version}, which this release does not have`);
  const dictionary = brotliDecompressSync(Buffer.from(shipped, 'base64'));
  opened.set(version, dictionary);
  return dictionary;
}

/** A text, deflated: the first byte is the version of the dictionary. */
export function deflated(text: string): Uint8Array {
  const body = deflateRawSync(text, { dictionary: dictionaryOf(WRITTEN), level: 9 });
  return Buffer.concat([Buffer.of(WRITTEN), body]);
}

/** @throws TypeError for a dictionary that this release does not have */
export const inflated = (bytes: Uint8Array): string =>
  inflateRawSync(bytes.subarray(1), {
    dictionary: dictionaryOf(bytes[0] ?? 0),
    maxOutputLength: MOST_BYTES,
  }).toString('utf8');
