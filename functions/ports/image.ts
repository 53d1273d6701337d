import type { RequestContext } from './context.ts';
import type { JsonMap } from './json.ts';

/** The image service. */
export interface Image {
  /** @throws ImageNotFound when there is no such image, or it is deleted and `showDeleted` is false */
  get(context: RequestContext, imageId: string, options: { readonly showDeleted: boolean }): Promise<JsonMap>;
  /**
   * Makes the record of an image that a compute is to upload; with an id that is there already, none is made.
   *
   * @returns the image's id
   * @throws Forbidden, ImageQuotaExceeded, ImageBadRequest
   */
  create(context: RequestContext, imageId: string, image: NewImage): Promise<string>;
  /**
   * Deletes an image; one that is gone is no error.
   *
   * @throws ImageNotAuthorized, ImageDeleteConflict
   */
  delete(context: RequestContext, imageId: string): Promise<void>;
}

/** An image that is to be made of a server. */
export interface NewImage {
  readonly name: string;
  readonly minDisk: number;
  readonly minRam: number;
  /** By their names, all of them texts. */
  readonly properties: Readonly<Record<string, string>>;
  /** Another project than the caller's, to whose servers the image belongs; null for the caller's own. */
  readonly sharedWith: string | null;
}
