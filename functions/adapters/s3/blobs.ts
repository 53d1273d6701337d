import { Readable } from 'node:stream';
import type * as Sdk from '@aws-sdk/client-s3';
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { BlobTooLarge, type Blobs } from '#ports/blobs';
import { QueueThrottled } from '#ports/queues';
import { limited, type ClientLimits } from '../client-limits.ts';
import { transientAs } from '../transient-errors.ts';

export interface S3BlobsOptions {
  readonly config?: S3ClientConfig;
  /** @default those of the deployed functions */
  readonly limits?: ClientLimits | undefined;
  readonly bucket: string;
  /** Keys begin with it and a slash. */
  readonly deployment: string;
}

/** A body that is given up half-way fails its checksum, outside of any call. */
const CHECKSUMS = { responseChecksumValidation: 'WHEN_REQUIRED' } as const;

/** Text objects in S3. The client is loaded by the first call: few messages are that long. */
export class S3Blobs implements Blobs {
  readonly bucket: string;
  readonly prefix: string;
  readonly #config: S3ClientConfig;
  readonly #limits: ClientLimits | undefined;
  #loaded: Promise<{ readonly sdk: typeof Sdk; readonly client: S3Client }> | undefined;

  constructor({ config = {}, limits, bucket, deployment }: S3BlobsOptions) {
    this.bucket = bucket;
    this.prefix = `${deployment}/`;
    this.#config = config;
    this.#limits = limits;
  }

  async put(key: string, text: string): Promise<void> {
    const { sdk, client } = await this.#load();
    const command = new sdk.PutObjectCommand({
      Bucket: this.bucket,
      Key: key,
      Body: text,
      ContentType: 'application/json',
    });
    await asked(() => client.send(command));
  }

  async get(key: string, mostBytes: number): Promise<string | undefined> {
    const { sdk, client } = await this.#load();
    const command = new sdk.GetObjectCommand({ Bucket: this.bucket, Key: key });
    return asked(async () => {
      const { Body, ContentLength = Infinity } = await client.send(command);
      if (ContentLength > mostBytes) {
        if (Body instanceof Readable) Body.destroy();
        throw new BlobTooLarge(`${ContentLength} bytes are more than the ${mostBytes} that are read`);
      }
      return Body?.transformToString();
    });
  }

  /** Lets go of connections. */
  async close(): Promise<void> {
    (await this.#loaded)?.client.destroy();
  }

  #load() {
    this.#loaded ??= import('@aws-sdk/client-s3').then((sdk) => ({
      sdk,
      client: new sdk.S3Client({ ...CHECKSUMS, ...limited(this.#limits), ...this.#config }),
    }));
    return this.#loaded;
  }
}

/** A key that is not there answers undefined. */
const asked = async <T>(send: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await send();
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
    throw transientAs('S3', QueueThrottled, error);
  }
};
