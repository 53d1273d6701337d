import type { Sealer } from '#ports/sealer';
import { decrypt, encrypt } from '#adapters/aes-gcm';

/** Marks the form of the text, so that a later one can be distinguished. */
const FORM = 'key2.';

/** Seals under one key that it is given: for a machine without a key service. */
export class KeySealer implements Sealer {
  readonly #key: Uint8Array;

  /** @throws RangeError when the key has not 32 bytes */
  constructor(key: Uint8Array) {
    if (key.length !== 32) throw new RangeError(`a sealing key has 32 bytes, not ${key.length}`);
    this.#key = key;
  }

  async seal(plain: string, binding: string): Promise<string> {
    return FORM + encrypt(this.#key, plain, binding);
  }

  async open(sealed: string, binding: string): Promise<string> {
    if (!sealed.startsWith(FORM)) throw new TypeError('the text was not sealed under a given key');
    return decrypt(this.#key, sealed.slice(FORM.length), binding, true);
  }
}
