import type * as Sdk from '@aws-sdk/client-kms';
import type { KMSClient, KMSClientConfig } from '@aws-sdk/client-kms';
import type { Clock } from '#ports/clock';
import type { Sealer } from '#ports/sealer';
import { TableThrottled } from '#ports/tables';
import { decrypt, encrypt } from '../aes-gcm.ts';
import { limited, type ClientLimits } from '../client-limits.ts';
import { transientAs } from '../transient-errors.ts';

export interface KmsSealerOptions {
  readonly config?: KMSClientConfig;
  /** @default those of the deployed functions */
  readonly limits?: ClientLimits | undefined;
  /** Id, alias or ARN of the key that encrypts data keys. */
  readonly keyId: string;
  /** The encryption context of every data key: documents of another deployment cannot be opened. */
  readonly deployment: string;
  readonly clock: Pick<Clock, 'now'>;
}

/** A data key as long as it is kept in this process. */
interface DataKey {
  readonly plain: Uint8Array;
  /** What the key service needs to give the key back. */
  readonly encrypted: string;
  readonly expires: number;
  uses: number;
}

/**
 * Marks the form of the text: the encrypted data key, a dot, the document; and that of before documents were deflated.
 */
const [FORM, FORM_BEFORE] = ['kms2.', 'kms1.'] as const;

/** How long, and for how many documents, one data key serves. */
const KEY_MS = 5 * 60_000;
const KEY_USES = 5000;

/** Data keys of documents read lately. */
const MOST_KEYS = 100;

/** Seals under data keys of KMS; each text carries its own data key, encrypted. */
export class KmsSealer implements Sealer {
  readonly #options: KmsSealerOptions;
  readonly #opened = new Map<string, DataKey>();
  /** Data keys that are asked for, by what encrypts them. */
  readonly #opening = new Map<string, Promise<DataKey>>();
  #current: Promise<DataKey> | undefined;
  #loaded: Promise<{ readonly sdk: typeof Sdk; readonly client: KMSClient }> | undefined;

  constructor(options: KmsSealerOptions) {
    this.#options = options;
  }

  async seal(plain: string, binding: string): Promise<string> {
    const key = await this.#sealingKey();
    return `${FORM}${key.encrypted}.${encrypt(key.plain, plain, binding)}`;
  }

  async open(sealed: string, binding: string): Promise<string> {
    const [encrypted, document] = sealed.slice(FORM.length).split('.');
    if (
      !(sealed.startsWith(FORM) || sealed.startsWith(FORM_BEFORE)) ||
      encrypted === undefined ||
      document === undefined
    ) {
      throw new TypeError('the text was not sealed under a key of KMS');
    }
    const key = await this.#openingKey(encrypted);
    return decrypt(key.plain, document, binding, sealed.startsWith(FORM));
  }

  async #sealingKey(): Promise<DataKey> {
    this.#current ??= this.#generate();
    const asked = this.#current;
    try {
      const key = await asked;
      if (this.#isFresh(key) && key.uses < KEY_USES) {
        key.uses++;
        return key;
      }
    } catch (error) {
      if (this.#current === asked) this.#current = undefined;
      throw error;
    }
    if (this.#current === asked) this.#current = undefined;
    return this.#sealingKey();
  }

  async #generate(): Promise<DataKey> {
    const { sdk, client } = await this.#load();
    const command = new sdk.GenerateDataKeyCommand({
      KeyId: this.#options.keyId,
      KeySpec: 'AES_256',
      ...this.#context,
    });
    const { Plaintext: plain, CiphertextBlob: encrypted } = await asked(() => client.send(command));
    if (!plain || !encrypted) throw new Error('KMS answered no data key');
    return this.#remembered(plain, Buffer.from(encrypted).toString('base64'));
  }

  async #openingKey(encrypted: string): Promise<DataKey> {
    const known = this.#opened.get(encrypted);
    if (known && this.#isFresh(known)) return known;
    const asked = this.#opening.get(encrypted) ?? this.#decrypt(encrypted);
    this.#opening.set(encrypted, asked);
    try {
      return await asked;
    } finally {
      this.#opening.delete(encrypted);
    }
  }

  async #decrypt(encrypted: string): Promise<DataKey> {
    const { sdk, client } = await this.#load();
    const CiphertextBlob = Buffer.from(encrypted, 'base64');
    const command = new sdk.DecryptCommand({ KeyId: this.#options.keyId, CiphertextBlob, ...this.#context });
    const { Plaintext: plain } = await asked(() => client.send(command));
    if (!plain) throw new Error('KMS answered no data key');
    return this.#remembered(plain, encrypted);
  }

  /** Keeps a key for reading; what was kept longest makes room. */
  #remembered(plain: Uint8Array, encrypted: string): DataKey {
    const key = { plain, encrypted, expires: this.#options.clock.now() + KEY_MS, uses: 0 };
    const [oldest] = this.#opened.keys();
    if (oldest !== undefined && this.#opened.size >= MOST_KEYS) this.#opened.delete(oldest);
    this.#opened.delete(encrypted);
    this.#opened.set(encrypted, key);
    return key;
  }

  #isFresh(key: DataKey): boolean {
    return this.#options.clock.now() < key.expires;
  }

  get #context() {
    return { EncryptionContext: { deployment: this.#options.deployment } };
  }

  #load(): Promise<{ readonly sdk: typeof Sdk; readonly client: KMSClient }> {
    this.#loaded ??= import('@aws-sdk/client-kms').then((sdk) => ({
      sdk,
      client: new sdk.KMSClient({ ...limited(this.#options.limits), ...this.#options.config }),
    }));
    return this.#loaded;
  }
}

const asked = async <T>(send: () => Promise<T>): Promise<T> => {
  try {
    return await send();
  } catch (error) {
    throw transientAs('KMS', TableThrottled, error);
  }
};
