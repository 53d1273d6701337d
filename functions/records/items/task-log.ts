import type { Attributes } from '#ports/tables';
import { finiteNumber, nonEmptyText } from './read.ts';

/** What a periodic task of a host did in a period. */
export type TaskLogItem = ReturnType<typeof taskLogItem>;

/** Reads the item of a task's log: `RUNNING` or `DONE`. */
export const taskLogItem = (item: Attributes) => ({
  state: nonEmptyText(item['state']),
  message: nonEmptyText(item['message']),
  errors: finiteNumber(item['errors']),
});
