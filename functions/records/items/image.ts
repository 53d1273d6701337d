import type { Attributes } from '#ports/tables';

/** Reads the item of an image of the deployment's own image service; its metadata is all that lies beside its key. */
export function storedImage({ pk: _pk, sk: _sk, ...metadata }: Attributes) {
  return { metadata, deleted: metadata['deleted'] === true };
}
