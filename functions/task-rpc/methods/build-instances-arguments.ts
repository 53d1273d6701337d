import * as v from 'valibot';
import type { Json, JsonMap, WireObject } from '#ports/json';
import { json, map, wireObject, type ArgumentSchema } from './arguments.ts';

/*
 * 1.2  - build_instances()
 * 1.5  - legacy_bdm argument
 * 1.7  - block_device_mapping is no longer read
 * 1.9  - NetworkRequestList
 * 1.18 - request_spec argument
 * 1.19 - host_lists argument
 */
export const buildInstancesSchema: ArgumentSchema<BuildInstances> = v.strictObject({
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
