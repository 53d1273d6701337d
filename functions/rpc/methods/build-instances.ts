import * as v from 'valibot';
import { InvalidArguments } from '#errors';
import type { Json, JsonMap, WireObject } from '#ports/json';
import { mapOf } from '#records/reading';
import { data, type RescheduleRoute, type TaskMethod } from '../route.ts';
import { json, map, parseArguments, wireObject, type ArgumentSchema } from './arguments.ts';

/*
 * 1.2  - build_instances()
 * 1.5  - legacy_bdm argument
 * 1.7  - block_device_mapping is no longer read
 * 1.9  - NetworkRequestList
 * 1.18 - request_spec argument
 * 1.19 - host_lists argument
 */
const schema: ArgumentSchema<Arguments> = v.strictObject({
  instances: v.array(wireObject('Instance')),
  image: json,
  filter_properties: map,
  admin_password: v.nullable(v.string()),
  injected_files: json,
  requested_networks: json,
  security_groups: json,
  block_device_mapping: v.optional(json, null),
  legacy_bdm: v.optional(json, true),
  request_spec: v.optional(v.nullable(wireObject('RequestSpec')), null),
  host_lists: v.optional(v.nullable(v.array(v.array(wireObject('Selection')))), null),
});

interface Arguments {
  instances: WireObject[];
  image: Json;
  filter_properties: JsonMap;
  admin_password: string | null;
  injected_files: Json;
  requested_networks: Json;
  security_groups: Json;
  request_spec: WireObject | null;
  host_lists: WireObject[][] | null;
}

/** A compute asks for another host for the server that it could not build: conductor.md section 13. */
export const buildInstances: TaskMethod = {
  schema,
  route(args, context) {
    const call = parseArguments('build_instances', schema, args);
    const { instances, filter_properties, host_lists, request_spec } = call;
    const [instance] = instances;
    const uuid = instance && data(instance)['uuid'];
    if (instance === undefined || typeof uuid !== 'string' || instances.length > 1)
      throw new InvalidArguments('build_instances', 'instances', 'exactly one Instance with a uuid is expected');
    if (request_spec === null)
      throw new InvalidArguments('build_instances', 'request_spec', 'a RequestSpec object is expected');
    const retry = mapOf(filter_properties['retry']);
    const attempt = typeof retry['num_attempts'] === 'number' ? retry['num_attempts'] : 0;
    return {
      kind: 'reschedule',
      operation: 'launch',
      uuid,
      attempt,
      reason: typeof retry['exc_reason'] === 'string' ? retry['exc_reason'].slice(0, 1000) : 'no reason given',
      otherwise: {
        kind: 'workflow',
        workflow: 'launch',
        attempt,
        common: {
          context,
          image: call.image,
          admin_password: call.admin_password,
          injected_files: call.injected_files,
          requested_networks: call.requested_networks,
          block_device_mapping: null,
          tags: null,
        },
        servers: [
          {
            uuid,
            document: { build_request: null, request_spec, reschedule: rescheduled(call, host_lists?.[0] ?? null) },
          },
        ],
        state: { server: uuid, attempt, entry: 'reschedule', tried: triedHosts(retry) },
      },
    } satisfies RescheduleRoute;
  },
};

/** What only the compute's message tells; the traceback in `retry` may quote anything, and is left out. */
function rescheduled(
  call: { filter_properties: JsonMap; security_groups: Json },
  host_list: WireObject[] | null,
): JsonMap {
  const { retry, ...filter_properties } = call.filter_properties;
  const { num_attempts = 0, hosts = [], exc_reason = null } = mapOf(retry);
  return {
    filter_properties: { ...filter_properties, retry: { num_attempts, hosts } },
    security_groups: call.security_groups,
    host_list,
    reason: exc_reason,
  };
}

const triedHosts = (retry: JsonMap): Json => (Array.isArray(retry['hosts']) ? retry['hosts'] : []);
