import { ImageBadRequest, ImageNotAuthorized, ImageNotFound, ImageQuotaExceeded, Unauthorized } from '#errors';
import type { Image } from '#ports/image';
import { mapOf, textOf } from '#wire/reading';
import { detailOf } from './error-detail.ts';
import { imageMap, isShownTo } from './image-map.ts';
import type { Answer, ServiceClient } from './service-client.ts';

/** Images of an OpenStack Glance; an image is named by its uuid, or by an address whose last part is one. */
export function glanceImages(client: ServiceClient): Image {
  return {
    async get(context, imageId, { showDeleted }) {
      const id = imageId.slice(imageId.lastIndexOf('/') + 1);
      const path = `/v2/images/${encodeURIComponent(id)}`;
      const answer = await client.call({ method: 'GET', path, as: 'user', context }).catch((error: unknown) => {
        throw error instanceof Unauthorized ? new ImageNotAuthorized({ image_id: imageId }, { cause: error }) : error;
      });
      if (answer.status !== 200) throw refusal(answer, imageId);
      const image = mapOf(answer.body);
      const deleted = image['deleted'] === true || image['status'] === 'deleted';
      const own = textOf(context['auth_token']) === undefined;
      const hidden = own && !context.is_admin && !isShownTo(image, context.project_id, context.user_id);
      if ((deleted && !showDeleted) || hidden) throw new ImageNotFound({ image_id: imageId });
      return imageMap(image);
    },
  };
}

function refusal({ status, body }: Answer, imageId: string): Error {
  const named = { image_id: imageId };
  if (status === 404) return new ImageNotFound(named);
  if (status === 403) return new ImageNotAuthorized(named);
  if (status === 413) return new ImageQuotaExceeded(named);
  return new ImageBadRequest({ ...named, response: `${status}: ${detailOf(body)}` });
}
