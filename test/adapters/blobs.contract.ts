import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BlobTooLarge, type Blobs } from '#ports/blobs';

/** A store to be tested. */
export interface BlobsWorld {
  readonly blobs: Blobs;
  stop(): Promise<void>;
}

/** What every adapter of the blobs port does. */
export const blobsContract = (name: string, boot: () => Promise<BlobsWorld>): void => {
  describe(`blobs: ${name}`, () => {
    let world: BlobsWorld;
    beforeAll(async () => {
      world = await boot();
    });
    afterAll(() => world.stop());

    it('what is put is got, whatever characters it has', async () => {
      const { blobs } = world;
      const text = '{"name":"Zürich — \u{1f5fb}"}';

      await blobs.put(`${blobs.prefix}one`, text);

      expect(await blobs.get(`${blobs.prefix}one`, 1000)).toBe(text);
    });

    it('an object of the same key is replaced', async () => {
      const { blobs } = world;
      await blobs.put(`${blobs.prefix}twice`, 'first');

      await blobs.put(`${blobs.prefix}twice`, 'second');

      expect(await blobs.get(`${blobs.prefix}twice`, 1000)).toBe('second');
    });

    it('a key without an object answers undefined', async () => {
      const { blobs } = world;

      const answer = await blobs.get(`${blobs.prefix}none`, 1000);

      expect(answer).toBeUndefined();
    });

    it('an object of as many bytes as are read is got, one of more is refused', async () => {
      const { blobs } = world;
      await blobs.put(`${blobs.prefix}bytes`, 'é'.repeat(500));

      const fitting = await blobs.get(`${blobs.prefix}bytes`, 1000);

      expect(fitting).toHaveLength(500);
      await expect(blobs.get(`${blobs.prefix}bytes`, 999)).rejects.toBeInstanceOf(BlobTooLarge);
    });

    it('an object of megabytes comes back whole', async () => {
      const { blobs } = world;
      const text = 'x'.repeat(5 * 1024 * 1024);

      await blobs.put(`${blobs.prefix}large`, text);

      expect((await blobs.get(`${blobs.prefix}large`, text.length))?.length).toBe(text.length);
    });
  });
};
