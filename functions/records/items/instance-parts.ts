import type { Attributes } from '#ports/tables';
import { textsOf } from '#wire/reading';
import { finiteNumber, nonEmptyText } from './read.ts';

/* What lies beside a server in its partition. */

/** Reads the item of a block device. */
export function blockDeviceItem(item: Attributes) {
  return {
    id: finiteNumber(item['id']) ?? 0,
    uuid: nonEmptyText(item['uuid']),
    boot_index: finiteNumber(item['boot_index']),
    destination_type: nonEmptyText(item['destination_type']),
    deleted: item['deleted'] === true,
  };
}

/** Reads the item of a server's tags. */
export const tagsItem = (item: Attributes) => ({ tags: textsOf(item['tags']) });

/** Reads the item of an instance action. */
export function actionItem(item: Attributes) {
  return {
    action: nonEmptyText(item['action']) ?? '',
    request_id: nonEmptyText(item['request_id']) ?? '',
    message: nonEmptyText(item['message']) ?? '',
    start_time: nonEmptyText(item['start_time']) ?? '',
    finish_time: nonEmptyText(item['finish_time']),
  };
}

/** Reads the item of an event of an instance action. */
export function eventItem(item: Attributes) {
  return {
    event: nonEmptyText(item['event']) ?? '',
    result: nonEmptyText(item['result']) ?? '',
    host: nonEmptyText(item['host']),
    start_time: nonEmptyText(item['start_time']) ?? '',
    finish_time: nonEmptyText(item['finish_time']),
  };
}

/** Reads the item of a server's fault. */
export function faultItem(item: Attributes) {
  return {
    id: finiteNumber(item['id']) ?? 0,
    code: finiteNumber(item['code']) ?? 0,
    message: nonEmptyText(item['message']) ?? '',
    host: nonEmptyText(item['host']),
    created_at: nonEmptyText(item['created_at']) ?? '',
  };
}
