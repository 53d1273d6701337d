import { readOnly } from '#objects/versioned/field';
import { integer, uuid } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';
import { persistent } from '#objects/versioned/persistent';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';

/** An image's number as EC2's API has it. */
export const S3ImageMapping = defineObject({
  name: 'S3ImageMapping',
  version: '1.0',
  // 1.0 first
  fields: {
    id: readOnly(integer()),
    uuid: uuid(),
    ...persistent,
  },
  remotable: {
    create: instanceMethod(),
    get_by_id: classMethod(['s3_id']),
    get_by_uuid: classMethod(['s3_image_uuid']),
  },
});
