import { createHash } from 'node:crypto';
import { brotliDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DICTIONARY_1 } from '#adapters/packing/dictionary-1';
import { deflated, inflated } from '#adapters/packing/deflated';

describe('packed text', () => {
  it('of every version that was shipped is read as it was written', () => {
    const first = 'AatGr1bAszrEZInaWgA=';

    expect(inflated(Buffer.from(first, 'base64'))).toBe('{"display_name":"vm","flavor":{"nova_object.name":"Flavor"}}');
  });

  it('is written with a dictionary that never changes under its version', () => {
    const dictionary = brotliDecompressSync(Buffer.from(DICTIONARY_1, 'base64'));

    const digest = createHash('sha256').update(dictionary).digest('hex');

    expect(deflated('')[0]).toBe(1);
    expect(digest).toBe('c5897f60167854cd1c3038a2e88a8152d7ad4217996e1e31200e1070695802f3');
  });

  it('of a version that this release does not have is refused by its number', () => {
    const bytes = deflated('text');
    bytes[0] = 9;

    expect(() => inflated(bytes)).toThrow(/dictionary 9/u);
  });
});
