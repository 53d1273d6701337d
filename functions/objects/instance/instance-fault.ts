import { nullable } from '#objects/versioned/field';
import { integer, string, uuid } from '#objects/versioned/fields';
import { defineList, defineObject } from '#objects/versioned/object-type';
import { persistent } from '#objects/versioned/persistent';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';

/** Why a server went to error. */
export const InstanceFault = defineObject({
  name: 'InstanceFault',
  version: '1.2',
  // 1.0 first
  // 1.1 texts may be any Unicode
  // 1.2 adds create
  fields: {
    id: integer(),
    instance_uuid: uuid(),
    code: integer(),
    message: nullable(string()),
    details: nullable(string()),
    host: nullable(string()),
    ...persistent,
  },
  remotable: {
    create: instanceMethod(),
    get_latest_for_instance: classMethod(['instance_uuid']),
  },
});

/** A list of InstanceFault. */
export const InstanceFaultList = defineList({
  name: 'InstanceFaultList',
  version: '1.2',
  // 1.0 first, InstanceFault 1.1
  // 1.1 InstanceFault 1.2
  // 1.2 adds get_latest_by_instance_uuids
  of: InstanceFault,
  remotable: {
    get_by_instance_uuids: classMethod(['instance_uuids']),
    get_latest_by_instance_uuids: classMethod(['instance_uuids']),
  },
});
