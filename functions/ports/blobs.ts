/**
 * Text objects by key: the payloads of messages that no queue takes.
 *
 * @throws BlobTooLarge
 * @throws QueueThrottled when the same call may be tried again
 */
export interface Blobs {
  /** The bucket, as pointers name it. */
  readonly bucket: string;
  /** What the keys of this deployment begin with; nothing else in the bucket is read or written. */
  readonly prefix: string;
  /** Stores text under a whole key; an object of that key is replaced. */
  put(key: string, text: string): Promise<void>;
  /** The text under a whole key, undefined when there is none; more than so many bytes are not read. */
  get(key: string, mostBytes: number): Promise<string | undefined>;
}

/** More than the reader is willing to take. */
export class BlobTooLarge extends Error {
  override readonly name = 'BlobTooLarge' as const;
}
