import type { Attributes } from '#ports/tables';
import type { Records } from '#records/method';
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

/** The hosts that the speaker who began an event stands for, and which process of theirs it was. */
const SPEAKERS = 'op:speakers';
const PROCESS = 'op:process';

/** What is noted with an event as it begins; our own events are begun by nobody. */
export const begunOn = ({ hosts, process }: Pick<Records, 'hosts' | 'process'>): Attributes => ({
  ...(hosts === undefined ? {} : { [SPEAKERS]: [...hosts] }),
  ...(hosts === undefined || process === undefined ? {} : { [PROCESS]: process }),
});

/** Reads the item of an event of an instance action. */
export function eventItem(item: Attributes) {
  return {
    event: nonEmptyText(item['event']) ?? '',
    result: nonEmptyText(item['result']) ?? '',
    host: nonEmptyText(item['host']),
    start_time: nonEmptyText(item['start_time']) ?? '',
    finish_time: nonEmptyText(item['finish_time']),
    /** Hosts whose compute began it; empty for events of our own. */
    speakers: textsOf(item[SPEAKERS]),
    process: nonEmptyText(item[PROCESS]),
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
