import { BlobTooLarge, type Blobs } from '#ports/blobs';

/** Objects in memory. */
export class MemoryBlobs implements Blobs {
  readonly bucket: string;
  readonly prefix: string;
  readonly #objects = new Map<string, string>();

  constructor(options: { readonly bucket?: string; readonly prefix?: string } = {}) {
    this.bucket = options.bucket ?? 'messages';
    this.prefix = options.prefix ?? 'nova-conductor/';
  }

  async put(key: string, text: string): Promise<void> {
    this.#objects.set(key, text);
  }

  async get(key: string, mostBytes: number): Promise<string | undefined> {
    const text = this.#objects.get(key);
    const bytes = Buffer.byteLength(text ?? '');
    if (bytes > mostBytes) throw new BlobTooLarge(`${bytes} bytes are more than the ${mostBytes} that are read`);
    return text;
  }

  /** The keys of all objects. */
  keys(): string[] {
    return [...this.#objects.keys()].toSorted();
  }
}
