import { ImageNotFound } from '#errors';
import { absent } from '#ports/conditions';
import type { Image } from '#ports/image';
import type { JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import { ConditionFailed, type Item } from '#ports/tables';
import { API, imageKey } from './keys.ts';
import { storedImage } from '#records/items/image';

/** The deployment's own image service: the metadata of an image is one item of the api table. */
export function imageTable({ tables }: Pick<Services, 'tables'>): Image {
  return {
    async get(_context, imageId, { showDeleted }) {
      const item = await tables.get(API, imageKey(imageId));
      const image = item && storedImage(item);
      if (image === undefined || (image.deleted && !showDeleted)) throw new ImageNotFound({ image_id: imageId });
      return image.metadata;
    },
    async create(_context, imageId, { name, minDisk, minRam, properties }) {
      const metadata = { name, status: 'queued', min_disk: minDisk, min_ram: minRam, properties: { ...properties } };
      try {
        await tables.put(API, imageItem(imageId, { ...metadata, deleted: false }), absent);
      } catch (error) {
        if (!(error instanceof ConditionFailed)) throw error;
      }
      return imageId;
    },
    async delete(_context, imageId) {
      await tables.delete(API, imageKey(imageId));
    },
  };
}

/** The item of an image: its metadata beside its key. */
export const imageItem = (id: string, metadata: JsonMap): Item => ({ ...metadata, ...imageKey(id), id });
