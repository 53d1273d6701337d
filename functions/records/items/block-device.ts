import type { Attributes } from '#ports/tables';
import { finiteNumber, nonEmptyText } from './read.ts';

/** A server's block device as it lies in its cell's table. */
export type BlockDeviceItem = ReturnType<typeof blockDeviceItem>;

/** Reads the item of a server's block device, which lies beside the server in its cell's table. */
export function blockDeviceItem(item: Attributes) {
  return {
    id: finiteNumber(item['id']) ?? 0,
    uuid: nonEmptyText(item['uuid']),
    instance_uuid: nonEmptyText(item['instance_uuid']) ?? '',
    boot_index: finiteNumber(item['boot_index']),
    /** `volume`, `image`, `snapshot` or `blank`. */
    source_type: nonEmptyText(item['source_type']),
    /** `volume` or `local`. */
    destination_type: nonEmptyText(item['destination_type']),
    guest_format: nonEmptyText(item['guest_format']),
    /** Path in the guest, `/dev/vda`. */
    device_name: nonEmptyText(item['device_name']),
    volume_id: nonEmptyText(item['volume_id']),
    /** By which the volume service keeps the volume for the server. */
    attachment_id: nonEmptyText(item['attachment_id']),
    deleted: item['deleted'] === true,
  };
}
