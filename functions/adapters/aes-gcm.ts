import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

const ALGORITHM = 'aes-256-gcm';

/** Bytes of the parts that precede the cipher text: a random nonce, and the tag that proves it whole. */
const NONCE = 12;
const TAG = 16;

/** Bytes that a text may have: more than an item takes, however well it was deflated. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Deflates text, since documents of objects repeat themselves, and encrypts it under a 32-byte key; it can be read with
 * the same key and binding only.
 */
export const encrypt = (key: Uint8Array, plain: string, binding: string): string => {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(binding));
  const sealed = Buffer.concat([cipher.update(deflateRawSync(plain)), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
};

/**
 * Reads what `encrypt` wrote.
 *
 * @param deflated false for a text of before texts were deflated
 * @throws Error when the key or the binding is another, or the text was changed
 */
export const decrypt = (key: Uint8Array, sealed: string, binding: string, deflated: boolean): string => {
  const bytes = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE), { authTagLength: TAG });
  decipher.setAAD(Buffer.from(binding)).setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
  const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]);
  return (deflated ? inflateRawSync(plain, { maxOutputLength: MOST_BYTES }) : plain).toString('utf8');
};
