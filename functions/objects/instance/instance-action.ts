import { nullable } from '#objects/versioned/field';
import { dateTime, integer, string, uuid } from '#objects/versioned/fields';
import { defineList, defineObject } from '#objects/versioned/object-type';
import { persistent } from '#objects/versioned/persistent';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';

/** An operation on a server, for its history. */
export const InstanceAction = defineObject({
  name: 'InstanceAction',
  version: '1.2',
  // 1.0 first
  // 1.1 texts may be any Unicode
  // 1.2 adds create
  fields: {
    id: integer(),
    action: nullable(string()),
    instance_uuid: nullable(uuid()),
    request_id: nullable(string()),
    user_id: nullable(string()),
    project_id: nullable(string()),
    start_time: nullable(dateTime()),
    finish_time: nullable(dateTime()),
    message: nullable(string()),
    ...persistent,
  },
  remotable: {
    action_finish: classMethod(['instance_uuid'], { want_result: true }),
    action_start: classMethod(['instance_uuid', 'action_name'], { want_result: true }),
    create: instanceMethod(),
    finish: instanceMethod(),
    get_by_request_id: classMethod(['instance_uuid', 'request_id']),
  },
});

/** A list of InstanceAction. */
export const InstanceActionList = defineList({
  name: 'InstanceActionList',
  version: '1.1',
  // 1.0 first
  // 1.1 get_by_instance_uuid is paged and filtered
  of: InstanceAction,
  remotable: {
    get_by_instance_uuid: classMethod(['instance_uuid'], { limit: null, marker: null, filters: null }),
  },
});
