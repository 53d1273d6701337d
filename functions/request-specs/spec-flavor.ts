import { RequestSpecNotFound } from '#errors';
import { exists } from '#ports/conditions';
import type { Json } from '#ports/json';
import type { Services } from '#ports/services';
import { BUILD_REQUESTS, requestSpecKey } from '#records/keys';
import { storedSpec } from '#records/methods/request-spec';
import { present } from '#records/stamp';
import { unmarked } from '#records/unmarked';
import { isWireObject } from '#wire/reading';
import { requestSpecItem, type RequestSpecItem } from '#records/items/request-spec';
import type { AttributesOf } from '#ports/tables';

/**
 * Stores another flavor with a server's request spec, and nothing else of what a move put on it (quirk Q6 is mended).
 *
 * @throws RequestSpecNotFound
 */
export async function saveSpecFlavor(
  services: Pick<Services, 'tables' | 'clock'>,
  uuid: string,
  flavor: Json | undefined,
): Promise<void> {
  const item = await services.tables.get(BUILD_REQUESTS, requestSpecKey(uuid));
  const spec = item === undefined ? null : requestSpecItem(item).spec;
  if (spec === null) throw new RequestSpecNotFound({ instance_uuid: uuid });
  if (!isWireObject(flavor)) return;
  const fields = { ...spec['nova_object.data'], flavor: unmarked(flavor) };
  const set: AttributesOf<RequestSpecItem> = {
    spec: storedSpec({ ...spec, 'nova_object.data': fields }),
    updated_at: present(services),
  };
  await services.tables.update(BUILD_REQUESTS, requestSpecKey(uuid), { set }, exists);
}
