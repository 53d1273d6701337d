import { isoSeconds } from '#conductor/time';
import { deviceSize } from '#conductor/device-size';
import type { Json, JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import type { Action, Attributes } from '#ports/tables';
import { BlockDeviceMapping } from '#objects/instance/block-device-mapping';
import { newUuid } from '#records/new-uuid';
import { volumeIndex } from '#records/methods/block-device';
import { blockDeviceKey } from '#records/keys';
import { fieldsOf, objectsOf } from '#wire/reading';

/** More would not fit into one transaction with the rest, so a server of more is not built. */
export const MOST_DEVICES = 90;

/**
 * The writes that give a server its own devices from the template of its request (nova.conductor.manager
 * `_create_block_device_mapping`).
 */
export async function newDevices(
  services: Pick<Services, 'tables' | 'counter' | 'clock' | 'ids'>,
  table: string,
  uuid: string,
  flavor: JsonMap,
  template: Json,
): Promise<Action[]> {
  const now = isoSeconds(services.clock.now());
  // Those that no transaction takes with the others are written by themselves, and again by a repeat.
  const uuidAt = (at: number): string =>
    at < MOST_DEVICES ? services.ids.uuid() : newUuid({ ...services, writer: `${uuid}#${at}` }, 'block-device');
  return Promise.all(
    templateDevices(template).map(async (device, at): Promise<Action> => {
      const own = typeof device['uuid'] === 'string' ? device['uuid'] : uuidAt(at);
      return {
        kind: 'put',
        table,
        item: {
          ...columns(device),
          volume_size: deviceSize(device, flavor),
          instance_uuid: uuid,
          uuid: own,
          id: await services.counter.nextId(services.tables, table, 'block_device_mapping'),
          created_at: now,
          updated_at: null,
          deleted_at: null,
          deleted: false,
          ...blockDeviceKey(uuid, own),
          ...volumeIndex(device['volume_id'], `${uuid}#${own}`),
        },
      };
    }),
  );
}

/** The wire data of the devices in a BlockDeviceMappingList. */
export function templateDevices(template: Json): JsonMap[] {
  return objectsOf(template).map(fieldsOf);
}

/** Every column, null where the template has none; the instance itself is none. */
function columns(device: JsonMap): Attributes {
  const names = BlockDeviceMapping.fieldNames.filter((name) => name !== 'instance');
  return Object.fromEntries(names.map((name) => [name, device[name] ?? null]));
}
