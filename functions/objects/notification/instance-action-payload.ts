import { object } from '#objects/versioned/containers';
import { nullable } from '#objects/versioned/field';
import { defineObject } from '#objects/versioned/object-type';
import { ExceptionPayload } from './exception-payload.ts';
import { instanceFields } from './instance-payload.ts';

/** What notifications say about an action on a server. */
export const InstanceActionPayload = defineObject({
  name: 'InstanceActionPayload',
  version: '1.9',
  fields: {
    ...instanceFields,
    fault: nullable(object(ExceptionPayload)),
  },
});
