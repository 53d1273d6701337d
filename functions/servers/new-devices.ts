import { isoSeconds } from '#conductor/time';
import { deviceSize } from '#conductor/device-size';
import type { Json, JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import type { Action, Attributes } from '#ports/tables';
import { BlockDeviceMapping } from '#objects/instance/block-device-mapping';
import { volumeIndex } from '#records/methods/block-device';
import { blockDeviceKey } from '#records/keys';
import { fieldsOf, objectsOf } from '#wire/reading';

/** More would not fit into the commit's transaction with the rest. */
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
  const devices = templateDevices(template);
  // A server that was to have more is never built; it is buried without them.
  const kept = devices.length > MOST_DEVICES ? [] : devices;
  return Promise.all(
    kept.map(async (device): Promise<Action> => {
      const own = typeof device['uuid'] === 'string' ? device['uuid'] : services.ids.uuid();
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
