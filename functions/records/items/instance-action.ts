import type { Attributes } from '#ports/tables';
import { textsOf } from '#wire/reading';
import { finiteNumber, nonEmptyText } from './read.ts';

/** An action on a server. */
export type ActionItem = ReturnType<typeof actionItem>;

/** Reads the item of an instance action, which lies beside its server; times are `YYYY-MM-DDTHH:MM:SSZ`. */
export function actionItem(item: Attributes) {
  return {
    id: finiteNumber(item['id']),
    instance_uuid: nonEmptyText(item['instance_uuid']) ?? '',
    action: nonEmptyText(item['action']) ?? '',
    request_id: nonEmptyText(item['request_id']) ?? '',
    message: nonEmptyText(item['message']) ?? '',
    created_at: nonEmptyText(item['created_at']) ?? '',
    start_time: nonEmptyText(item['start_time']) ?? '',
    finish_time: nonEmptyText(item['finish_time']),
  };
}

/** The hosts that the speaker who began an event stands for, and which process of theirs it was. */
const SPEAKERS = 'op:speakers';
const PROCESS = 'op:process';

/** Who begins an event: the hosts that the speaker stands for, and its process; neither for us. */
interface Beginner {
  readonly hosts?: readonly string[];
  readonly process?: string;
}

/** What is noted with an event as it begins; our own events are begun by nobody. */
export const begunOn = ({ hosts, process }: Beginner): Attributes => ({
  ...(hosts === undefined ? {} : { [SPEAKERS]: [...hosts] }),
  ...(hosts === undefined || process === undefined ? {} : { [PROCESS]: process }),
});

/** An event of an action, beside its server in its cell's table. */
export type EventItem = ReturnType<typeof eventItem>;

/** Reads the item of an event of an instance action; times are `YYYY-MM-DDTHH:MM:SSZ`. */
export function eventItem(item: Attributes) {
  return {
    id: finiteNumber(item['id']),
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
