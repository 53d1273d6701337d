import { InvalidArguments } from '#errors';
import { firstAttemptSpec } from '#conductor/first-attempt';
import { setFields } from '#wire/wire';
import type { JsonMap } from '#ports/json';
import type { CommonDocument } from '#operations/request-document';
import type { WorkflowRoute } from './route.ts';
import { uuidOf } from './arguments.ts';
import type { BuildInstances } from './build-instances-arguments.ts';

/**
 * The first attempt of build_instances, for servers whose instances are recorded already (nova.conductor.manager
 * `build_instances`). One that is named twice counts once.
 *
 * @throws InvalidArguments for an instance without a uuid, or when no flavor is given
 */
export function firstAttempt(call: BuildInstances, common: CommonDocument, reschedule: JsonMap): WorkflowRoute {
  const uuids = [...new Set(call.instances.map((instance) => uuidOf('build_instances', instance)))];
  const { request_spec, image, instances, filter_properties: filterProperties } = call;
  const spec = firstAttemptSpec({ spec: request_spec, image, instances, filterProperties });
  if (!spec.isSet('flavor'))
    throw new InvalidArguments('build_instances', 'instances', 'an Instance with a flavor is expected');
  const sent = spec.toPrimitive();
  return {
    kind: 'workflow',
    workflow: 'build',
    attempt: 0,
    common,
    instances: uuids.map((uuid) => ({
      uuid,
      document: { build_request: null, request_spec: setFields(sent, { instance_uuid: uuid }), reschedule },
    })),
    state: {
      entry: 'existing',
      uuids,
      project_id: common.context.project_id,
      user_id: common.context.user_id,
    },
  };
}
