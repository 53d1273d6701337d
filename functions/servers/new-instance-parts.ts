import type { JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import type { Action } from '#ports/tables';
import { newDevices } from './new-devices.ts';
import { objectsOf, textOf } from '#wire/reading';
import type { CommonDocument } from '#operations/request-document';
import { putTags } from '#records/methods/tag';

/**
 * The writes that give a new server its tags and its own block devices, in this order (nova.conductor.manager
 * `_create_tags`, `_create_block_device_mapping`).
 */
export async function newInstanceParts(
  services: Pick<Services, 'tables' | 'counter' | 'clock' | 'ids'>,
  table: string,
  uuid: string,
  flavor: JsonMap,
  common: Pick<CommonDocument, 'block_device_mapping' | 'tags'>,
): Promise<Action[]> {
  const tags = objectsOf(common.tags).flatMap((tag) => textOf(tag['nova_object.data']['tag']) ?? []);
  return [
    ...(tags.length > 0 ? [putTags(table, uuid, tags)] : []),
    ...(await newDevices(services, table, uuid, flavor, common.block_device_mapping)),
  ];
}
