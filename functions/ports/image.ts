import type { RequestContext } from './context.ts';
import type { JsonMap } from './json.ts';

/** The image service. */
export interface Image {
  /** @throws ImageNotFound when there is no such image, or it is deleted and `showDeleted` is false */
  get(context: RequestContext, imageId: string, options: { readonly showDeleted: boolean }): Promise<JsonMap>;
}
