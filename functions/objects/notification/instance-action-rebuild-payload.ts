import { listOf, object } from '#objects/versioned/containers';
import { nullable } from '#objects/versioned/field';
import { string } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';
import { ExceptionPayload } from './exception-payload.ts';
import { instanceFields } from './instance-payload.ts';

/** What notifications say about a rebuild. */
export const InstanceActionRebuildPayload = defineObject({
  name: 'InstanceActionRebuildPayload',
  version: '1.10',
  fields: {
    ...instanceFields,
    fault: nullable(object(ExceptionPayload)),
    trusted_image_certificates: nullable(listOf(string())),
  },
});
