import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import type { Sealer } from '#ports/sealer';

/** Bytes of an encrypted data key, as KMS answers it for a key of 32 bytes. */
const ENCRYPTED_KEY = 184;

/**
 * What KmsSealer asks of the key service, counted: each function has an environment of its own, which makes a data key
 * for what it seals and has those opened that it does not know. Sealed texts are as long as in an account.
 */
export class MeteredSealer implements Sealer {
  readonly #plain: Sealer;
  readonly #asked: () => void;
  readonly #running = new AsyncLocalStorage<string>();
  /** The data key by which a function seals, and all that it knows. */
  #own = new Map<string, string>();
  #known = new Set<string>();

  /** @param asked called for each request to the key service */
  constructor(plain: Sealer, asked: () => void) {
    this.#plain = plain;
    this.#asked = asked;
  }

  /** What is sealed and opened in a run is sealed and opened by that function. */
  as<T>(name: string, run: () => Promise<T>): Promise<T> {
    return this.#running.run(name, run);
  }

  /** From now on no function knows a data key, as after some minutes of rest. */
  forget(): void {
    this.#own = new Map();
    this.#known = new Set();
  }

  async seal(plain: string, binding: string): Promise<string> {
    const name = this.#running.getStore() ?? '';
    const key = this.#own.get(name) ?? randomBytes(ENCRYPTED_KEY).toString('base64');
    this.#own.set(name, key);
    this.#know(name, key);
    const [form = '', document = ''] = (await this.#plain.seal(plain, binding)).split('.');
    return `${form}.${key}.${document}`;
  }

  async open(sealed: string, binding: string): Promise<string> {
    const [form = '', key = '', document = ''] = sealed.split('.');
    this.#know(this.#running.getStore() ?? '', key);
    return this.#plain.open(`${form}.${document}`, binding);
  }

  #know(name: string, key: string): void {
    const known = `${name} ${key}`;
    if (!this.#known.has(known)) this.#asked();
    this.#known.add(known);
  }
}
