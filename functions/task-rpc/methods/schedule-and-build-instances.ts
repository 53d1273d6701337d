import * as v from 'valibot';
import { InvalidArguments } from '#errors';
import type { Json, WireObject } from '#ports/json';
import { isWireObject } from '#wire/reading';
import type { CommonDocument } from '#operations/request-document';
import { data, type TaskMethod } from './route.ts';
import { json, objectList, parseArguments, type ArgumentSchema } from './arguments.ts';

/*
 * 1.16 - schedule_and_build_instances()
 * 1.17 - gets a tags argument
 */
const schema: ArgumentSchema<Arguments> = v.strictObject({
  build_requests: objectList('BuildRequestList', 'BuildRequest', ['instance_uuid']),
  request_specs: objectList('RequestSpecList', 'RequestSpec', ['flavor']),
  image: json,
  admin_password: v.nullable(v.string()),
  injected_files: json,
  requested_networks: json,
  block_device_mapping: json,
  tags: v.optional(json, null),
});

interface Arguments extends Omit<CommonDocument, 'context'> {
  build_requests: WireObject[];
  request_specs: WireObject[];
}

/**
 * Builds new servers (nova.conductor.manager `schedule_and_build_instances`). Servers pair with their specs by
 * position. Nova ignores what is left over of the longer list, and its user waits for ever; here such a request is
 * refused.
 */
export const scheduleAndBuildInstances: TaskMethod = {
  schema,
  route(args, context) {
    const { build_requests, request_specs, ...rest } = parseArguments('schedule_and_build_instances', schema, args);
    if (build_requests.length === 0 || build_requests.length !== request_specs.length)
      throw new InvalidArguments(
        'schedule_and_build_instances',
        'request_specs',
        `as many as build requests are expected, and one at least: ${build_requests.length} and ${request_specs.length}`,
      );
    const instances = pairs(build_requests, request_specs);
    const uuids = instances.map(({ uuid }) => uuid);
    const [server = '', ...others] = uuids;
    const { project_id, user_id } = context;
    // One server alone needs nobody who starts its launch.
    const alone = { entry: 'place', server, attempt: 1, tried: [], project_id, user_id };
    return {
      kind: 'workflow',
      workflow: others.length > 0 ? 'build' : 'launch',
      attempt: 0,
      common: { context, ...rest },
      instances,
      state: others.length > 0 ? { uuids, project_id, user_id } : alone,
    };
  },
};

/** A uuid in its usual form. */
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;

function pairs(buildRequests: readonly WireObject[], specs: readonly WireObject[]) {
  const seen = new Set<Json>();
  return buildRequests.flatMap((build_request, at) => {
    const request_spec = specs[at];
    const uuid = data(build_request)['instance_uuid'];
    if (typeof uuid !== 'string' || !UUID.test(uuid))
      throw invalid(`build_requests.${at}.instance_uuid`, 'the uuid of a server is expected');
    if (request_spec === undefined || !isWireObject(data(request_spec)['flavor']))
      throw invalid(`request_specs.${at}.flavor`, 'a Flavor is expected');
    if (seen.has(uuid)) return [];
    seen.add(uuid);
    return [{ uuid, document: { build_request, request_spec, reschedule: null } }];
  });
}

const invalid = (argument: string, expected: string): InvalidArguments =>
  new InvalidArguments('schedule_and_build_instances', argument, expected);
