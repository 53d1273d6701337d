import {
  Forbidden,
  ImageBadRequest,
  ImageDeleteConflict,
  ImageNotAuthorized,
  ImageNotFound,
  ImageQuotaExceeded,
  Unauthorized,
} from '#errors';
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
    async create(context, imageId, { name, minDisk, minRam, properties, sharedWith }) {
      const visibility = sharedWith === null ? 'private' : 'shared';
      const body = { id: imageId, name, visibility, min_disk: minDisk, min_ram: minRam, ...properties };
      const answer = await client.call({ method: 'POST', path: '/v2/images', as: 'user', context, body });
      // An earlier try has made it, or its answer was lost.
      if (answer.status >= 400 && answer.status !== 409) throw notMade(answer, imageId);
      if (sharedWith === null) return imageId;
      const path = `/v2/images/${encodeURIComponent(imageId)}/members`;
      const shared = await client.call({ method: 'POST', path, as: 'user', context, body: { member: sharedWith } });
      if (shared.status >= 400 && shared.status !== 409) throw notMade(shared, imageId);
      return imageId;
    },
    async delete(context, imageId) {
      const path = `/v2/images/${encodeURIComponent(imageId)}`;
      const answer = await client.call({ method: 'DELETE', path, as: 'user', context });
      if (answer.status < 400 || answer.status === 404) return;
      if (answer.status !== 409) throw refusal(answer, imageId);
      throw new ImageDeleteConflict({ reason: detailOf(answer.body) });
    },
  };
}

/** Why an image was not made: Nova answers a user who may not with Forbidden. */
function notMade(answer: Answer, imageId: string): Error {
  return answer.status === 403 ? new Forbidden({}, { message: detailOf(answer.body) }) : refusal(answer, imageId);
}

function refusal({ status, body }: Answer, imageId: string): Error {
  const named = { image_id: imageId };
  if (status === 404) return new ImageNotFound(named);
  if (status === 403) return new ImageNotAuthorized(named);
  if (status === 413) return new ImageQuotaExceeded(named);
  return new ImageBadRequest({ ...named, response: `${status}: ${detailOf(body)}` });
}
