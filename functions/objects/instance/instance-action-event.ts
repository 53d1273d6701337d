import { nullable } from '#objects/versioned/field';
import { dateTime, integer, string } from '#objects/versioned/fields';
import { defineList, defineObject } from '#objects/versioned/object-type';
import { persistent } from '#objects/versioned/persistent';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';

/** A step of an operation on a server. */
export const InstanceActionEvent = defineObject({
  name: 'InstanceActionEvent',
  version: '1.4',
  // 1.0 first
  // 1.1 event_finish_with_failure flattens its arguments
  // 1.2 adds host
  // 1.3 adds create
  // 1.4 adds details
  fields: {
    id: integer(),
    event: nullable(string()),
    action_id: nullable(integer()),
    start_time: nullable(dateTime()),
    finish_time: nullable(dateTime()),
    result: nullable(string()),
    traceback: nullable(string()),
    host: nullable(string()),
    details: nullable(string()),
    ...persistent,
  },
  lowersNested: false,
  drops: {
    '1.2': ['host'],
    '1.4': ['details'],
  },
  remotable: {
    create: instanceMethod(['instance_uuid', 'request_id']),
    event_finish: classMethod(['instance_uuid', 'event_name'], { want_result: true }),
    event_finish_with_failure: classMethod(['instance_uuid', 'event_name'], {
      exc_val: null,
      exc_tb: null,
      want_result: null,
    }),
    event_start: classMethod(['instance_uuid', 'event_name'], { want_result: true, host: null }),
    finish: instanceMethod(),
    finish_with_failure: instanceMethod(['exc_val', 'exc_tb']),
    get_by_id: classMethod(['action_id', 'event_id']),
  },
});

/** A list of InstanceActionEvent. */
export const InstanceActionEventList = defineList({
  name: 'InstanceActionEventList',
  version: '1.1',
  // 1.0 first
  // 1.1 InstanceActionEvent 1.1
  of: InstanceActionEvent,
  remotable: {
    get_by_action: classMethod(['action_id']),
  },
});
