import { ImageNotFound } from '#errors';
import type { Image } from '#ports/image';
import type { JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
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
  };
}

/** The item of an image: its metadata beside its key. */
export const imageItem = (id: string, metadata: JsonMap): Item => ({ ...metadata, ...imageKey(id), id });
