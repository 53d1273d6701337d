import { readOnly } from '#objects/versioned/field';
import { dateTime, integer, string } from '#objects/versioned/fields';
import { defineList, defineObject } from '#objects/versioned/object-type';
import { persistent } from '#objects/versioned/persistent';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';

/** A periodic task of a host over a span of time. */
export const TaskLog = defineObject({
  name: 'TaskLog',
  version: '1.0',
  // 1.0 first
  fields: {
    id: readOnly(integer()),
    task_name: string(),
    state: readOnly(string()),
    host: string(),
    period_beginning: dateTime(),
    period_ending: dateTime(),
    message: string(),
    task_items: integer(),
    errors: integer(),
    ...persistent,
  },
  remotable: {
    begin_task: instanceMethod(),
    end_task: instanceMethod(),
    get: classMethod(['task_name', 'period_beginning', 'period_ending', 'host'], { state: null }),
  },
});

/** A list of TaskLog. */
export const TaskLogList = defineList({
  name: 'TaskLogList',
  version: '1.0',
  // 1.0 first
  of: TaskLog,
  remotable: {
    get_all: classMethod(['task_name', 'period_beginning', 'period_ending'], { host: null, state: null }),
  },
});
