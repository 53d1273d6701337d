import { integer, uuid } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';
import { persistent } from '#objects/versioned/persistent';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';

/** A server's number as EC2's API has it. */
export const EC2InstanceMapping = defineObject({
  name: 'EC2InstanceMapping',
  version: '1.0',
  // 1.0 first
  fields: {
    id: integer(),
    uuid: uuid(),
    ...persistent,
  },
  remotable: {
    create: instanceMethod(),
    get_by_id: classMethod(['ec2_id']),
    get_by_uuid: classMethod(['instance_uuid']),
  },
});
