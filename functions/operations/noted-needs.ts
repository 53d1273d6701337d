import type { JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { needsOfInstance } from '#request-specs/needs-of-instance';
import { wireOf } from '#wire/reading';
import { noteOnOperation, type StoredOperation } from './operation-document.ts';

/**
 * What the server of a move needs beyond its flavor: asked for once, and noted with the request.
 *
 * @throws ServiceNotReached, ValueError
 */
export async function notedNeeds(
  services: Services,
  key: string,
  { context, needs, arguments: { request_spec: sent } }: StoredOperation,
  item: Item,
): Promise<JsonMap> {
  if (needs !== null) return needs;
  const asked = await needsOfInstance(services, { context, item, spec: wireOf(sent) ?? null, devices: false });
  if (Object.keys(asked).length > 0) await noteOnOperation(services, key, { needs: asked });
  return asked;
}
