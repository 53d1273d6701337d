import { nullable, readOnly } from '#objects/versioned/field';
import { string } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';
import { classMethod } from '#objects/versioned/remotable';

/** The ids of a server as EC2's API has them. */
export const EC2Ids = defineObject({
  name: 'EC2Ids',
  version: '1.0',
  // 1.0 first
  fields: {
    instance_id: readOnly(string()),
    ami_id: readOnly(nullable(string())),
    kernel_id: readOnly(nullable(string())),
    ramdisk_id: readOnly(nullable(string())),
  },
  remotable: {
    get_by_instance: classMethod(['instance']),
  },
});
