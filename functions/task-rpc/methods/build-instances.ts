import * as v from 'valibot';
import { InvalidArguments } from '#errors';
import type { RequestContext } from '#ports/context';
import type { Json, JsonMap, WireObject } from '#ports/json';
import { isWireObject, listOf, mapOf } from '#wire/reading';
import type { CommonDocument } from '#operations/request-document';
import type { RescheduleRoute, TaskMethod } from './route.ts';
import { json, map, parseArguments, uuidOf, wireObject, type ArgumentSchema } from './arguments.ts';
import { firstAttempt } from './first-attempt.ts';

/*
 * 1.2  - build_instances()
 * 1.5  - legacy_bdm argument
 * 1.7  - block_device_mapping is no longer read
 * 1.9  - NetworkRequestList
 * 1.18 - request_spec argument
 * 1.19 - host_lists argument
 */
const schema: ArgumentSchema<BuildInstances> = v.strictObject({
  instances: v.array(wireObject('Instance')),
  image: json,
  filter_properties: map,
  admin_password: v.nullable(v.string()),
  injected_files: json,
  requested_networks: v.nullable(wireObject('NetworkRequestList')),
  security_groups: json,
  block_device_mapping: v.optional(json, null),
  legacy_bdm: v.optional(json, true),
  request_spec: v.optional(v.nullable(wireObject('RequestSpec')), null),
  host_lists: v.optional(v.nullable(v.array(v.array(wireObject('Selection')))), null),
});

/** The arguments of build_instances; block devices are read from the servers' records. */
export interface BuildInstances {
  instances: WireObject[];
  image: Json;
  filter_properties: JsonMap;
  admin_password: string | null;
  injected_files: Json;
  requested_networks: WireObject | null;
  security_groups: Json;
  request_spec: WireObject | null;
  host_lists: WireObject[][] | null;
}

/**
 * Builds servers whose instances an API has made itself, or finds another host for the one that a compute could not
 * build: conductor.md section 13.
 */
export const buildInstances: TaskMethod = {
  schema,
  route(args, context) {
    const call = parseArguments('build_instances', schema, args);
    const { instance_type } = call.filter_properties;
    if (instance_type !== undefined && !isWireObject(instance_type))
      throw new InvalidArguments('build_instances', 'filter_properties.instance_type', 'a Flavor object is expected');
    const [instance, ...others] = call.instances;
    if (instance === undefined) throw new InvalidArguments('build_instances', 'instances', 'an Instance is expected');
    if (call.host_lists === null && triesOf(call) === 0)
      return firstAttempt(call, commonOf(call, context), messageOnly(call));
    if (others.length > 0)
      throw new InvalidArguments('build_instances', 'instances', 'a reschedule has exactly one Instance');
    return reschedule(call, instance, context);
  },
};

/** Tries that the servers have behind them. */
function triesOf({ filter_properties }: BuildInstances): number {
  const { num_attempts } = mapOf(filter_properties['retry']);
  return typeof num_attempts === 'number' ? num_attempts : 0;
}

function reschedule(call: BuildInstances, instance: WireObject, context: RequestContext): RescheduleRoute {
  const { filter_properties, request_spec } = call;
  const uuid = uuidOf('build_instances', instance);
  if (request_spec === null)
    throw new InvalidArguments('build_instances', 'request_spec', 'a RequestSpec object is expected');
  const { exc_reason, hosts } = mapOf(filter_properties['retry']);
  const attempt = triesOf(call);
  return {
    kind: 'reschedule',
    operation: 'launch',
    uuid,
    attempt,
    reason: typeof exc_reason === 'string' ? exc_reason.slice(0, 1000) : 'no reason given',
    otherwise: {
      kind: 'workflow',
      workflow: 'launch',
      attempt,
      common: commonOf(call, context),
      servers: [{ uuid, document: { build_request: null, request_spec, reschedule: messageOnly(call) } }],
      state: { server: uuid, attempt, entry: 'reschedule', tried: [...listOf(hosts)] },
    },
  };
}

const commonOf = (call: BuildInstances, context: RequestContext): CommonDocument => ({
  context,
  image: call.image,
  admin_password: call.admin_password,
  injected_files: call.injected_files,
  requested_networks: call.requested_networks,
  block_device_mapping: null,
  tags: null,
});

/** What the message alone tells of a server; the traceback in `retry` may quote anything, and is left out. */
function messageOnly({ filter_properties: given, security_groups, host_lists }: BuildInstances): JsonMap {
  const { retry, ...filter_properties } = given;
  const { num_attempts = 0, hosts = [], exc_reason = null } = mapOf(retry);
  return {
    filter_properties: { ...filter_properties, retry: { num_attempts, hosts } },
    security_groups,
    host_list: host_lists?.[0] ?? null,
    reason: exc_reason,
  };
}
