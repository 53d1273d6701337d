import type { Attributes } from '#ports/tables';

/** An image of the deployment's own image service. */
export type ImageItem = ReturnType<typeof storedImage>;

/** Reads the item of an image; its metadata is all that lies beside its key. */
export function storedImage({ pk: _pk, sk: _sk, ...metadata }: Attributes) {
  return { metadata, deleted: metadata['deleted'] === true };
}
