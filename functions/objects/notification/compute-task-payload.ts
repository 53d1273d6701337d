import { object } from '#objects/versioned/containers';
import { nullable } from '#objects/versioned/field';
import { uuid } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';
import { ExceptionPayload } from './exception-payload.ts';
import { instanceState } from './instance-payload.ts';
import { RequestSpecPayload } from './request-spec-payload.ts';

/** What notifications say about a task method that failed for a server. */
export const ComputeTaskPayload = defineObject({
  name: 'ComputeTaskPayload',
  version: '1.0',
  fields: {
    instance_uuid: uuid(),
    request_spec: nullable(object(RequestSpecPayload)),
    state: nullable(instanceState()),
    reason: object(ExceptionPayload),
  },
});
