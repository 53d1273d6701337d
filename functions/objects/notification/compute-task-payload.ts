import { object } from '#objects/containers';
import { nullable } from '#objects/field';
import { uuid } from '#objects/fields';
import { defineObject } from '#objects/object-type';
import { ExceptionPayload } from './exception-payload.ts';
import { instanceState } from './instance-payload.ts';
import { RequestSpecPayload } from './request-spec-payload.ts';

/** What notifications tell of a task method that failed for a server. */
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
