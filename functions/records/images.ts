import { ImageNotFound } from '#errors';
import type { Image } from '#ports/image';
import type { JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { API, imageKey } from './keys.ts';

/** The deployment's own image service: the metadata of an image is one item of the api table. */
export function imageTable({ tables }: Pick<Services, 'tables'>): Image {
  return {
    async get(_context, imageId, { showDeleted }) {
      const item = await tables.get(API, imageKey(imageId));
      if (item === undefined || (item['deleted'] === true && !showDeleted))
        throw new ImageNotFound({ image_id: imageId });
      return metadataOf(item);
    },
  };
}

/** The item of an image: its metadata beside its key. */
export const imageItem = (id: string, metadata: JsonMap): Item => ({ ...metadata, ...imageKey(id), id });

/** The metadata of an image's item. */
export const metadataOf = ({ pk: _pk, sk: _sk, ...metadata }: Item): JsonMap => metadata;
