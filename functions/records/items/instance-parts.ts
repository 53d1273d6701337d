import type { Attributes } from '#ports/tables';
import { textsOf } from '#wire/reading';
import { numberOrNull, textOrNull } from './read.ts';

/* What lies beside a server in its partition. */

/** Reads the item of a block device. */
export function blockDeviceItem(item: Attributes) {
  return {
    id: numberOrNull(item['id']) ?? 0,
    uuid: textOrNull(item['uuid']),
    boot_index: numberOrNull(item['boot_index']),
    destination_type: textOrNull(item['destination_type']),
    deleted: item['deleted'] === true,
  };
}

/** Reads the item of a server's tags. */
export const tagsItem = (item: Attributes) => ({ tags: textsOf(item['tags']) });

/** Reads the item of an instance action. */
export function actionItem(item: Attributes) {
  return {
    action: textOrNull(item['action']) ?? '',
    request_id: textOrNull(item['request_id']) ?? '',
    message: textOrNull(item['message']) ?? '',
    start_time: textOrNull(item['start_time']) ?? '',
    finish_time: textOrNull(item['finish_time']),
  };
}

/** Reads the item of an event of an instance action. */
export function eventItem(item: Attributes) {
  return {
    event: textOrNull(item['event']) ?? '',
    result: textOrNull(item['result']) ?? '',
    host: textOrNull(item['host']),
    start_time: textOrNull(item['start_time']) ?? '',
    finish_time: textOrNull(item['finish_time']),
  };
}

/** Reads the item of a server's fault. */
export function faultItem(item: Attributes) {
  return {
    id: numberOrNull(item['id']) ?? 0,
    code: numberOrNull(item['code']) ?? 0,
    message: textOrNull(item['message']) ?? '',
    host: textOrNull(item['host']),
    created_at: textOrNull(item['created_at']) ?? '',
  };
}
