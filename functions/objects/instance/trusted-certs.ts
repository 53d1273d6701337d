import { listOf } from '#objects/versioned/containers';
import { string } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';
import { classMethod } from '#objects/versioned/remotable';

/** Certificates that an image's signature is checked against. */
export const TrustedCerts = defineObject({
  name: 'TrustedCerts',
  version: '1.0',
  // 1.0 first
  fields: {
    ids: listOf(string()),
  },
  remotable: {
    get_by_instance_uuid: classMethod(['instance_uuid']),
  },
});
