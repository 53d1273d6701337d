import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { deflated, inflated } from './packing/deflated.ts';

const ALGORITHM = 'aes-256-gcm';

/** Bytes of the parts that precede the cipher text: a random nonce, and the tag that proves it whole. */
const NONCE = 12;
const TAG = 16;

/**
 * Deflates text, since documents of objects repeat themselves, and encrypts it under a 32-byte key; it can be read with
 * the same key and binding only.
 */
export const encrypt = (key: Uint8Array, plain: string, binding: string): string => {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(binding));
  const sealed = Buffer.concat([cipher.update(deflated(plain)), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
};

/**
 * Reads what `encrypt` wrote.
 *
 * @param isDeflated false for a text of before texts were deflated
 * @throws Error when the key or the binding is another, or the text was changed
 */
export const decrypt = (key: Uint8Array, sealed: string, binding: string, isDeflated: boolean): string => {
  const bytes = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE), { authTagLength: TAG });
  decipher.setAAD(Buffer.from(binding)).setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
  const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]);
  return isDeflated ? inflated(plain) : plain.toString('utf8');
};
