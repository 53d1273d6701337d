import * as v from 'valibot';
import type { Json, WireObject } from '#ports/json';
import type { TaskMethod } from './route.ts';
import { json, parseArguments, uuidOf, wireObject, type ArgumentSchema } from './arguments.ts';

/*
 * 1.8  - rebuild_instance()
 * 1.12 - request_spec argument
 * 1.24 - reimage_boot_volume argument
 * 1.25 - target_state argument
 */
const schema: ArgumentSchema<Arguments> = v.strictObject({
  instance: wireObject('Instance'),
  orig_image_ref: json,
  image_ref: json,
  injected_files: json,
  new_pass: json,
  orig_sys_metadata: json,
  bdms: json,
  recreate: v.boolean(),
  on_shared_storage: json,
  preserve_ephemeral: v.optional(json, false),
  host: v.optional(v.nullable(v.string()), null),
  request_spec: v.optional(v.nullable(wireObject('RequestSpec')), null),
  reimage_boot_volume: v.optional(v.boolean(), false),
  target_state: v.optional(v.nullable(v.string()), null),
});

interface Arguments {
  instance: WireObject;
  orig_image_ref: Json;
  image_ref: Json;
  injected_files: Json;
  new_pass: Json;
  orig_sys_metadata: Json;
  bdms: Json;
  recreate: boolean;
  on_shared_storage: Json;
  preserve_ephemeral: Json;
  host: string | null;
  request_spec: WireObject | null;
  reimage_boot_volume: boolean;
  target_state: string | null;
}

/**
 * Rebuilds a server in place, or on another host because its own is dead (nova.conductor.manager `rebuild_instance`).
 */
export const rebuildInstance: TaskMethod = {
  schema,
  since: { reimage_boot_volume: '1.24', target_state: '1.25' },
  route(args, context) {
    const call = parseArguments('rebuild_instance', schema, args);
    const uuid = uuidOf('rebuild_instance', call.instance);
    return {
      kind: 'workflow',
      workflow: 'rebuild',
      attempt: 0,
      common: { context, arguments: { ...call } },
      instances: [{ uuid, document: null }],
      state: { server: uuid },
    };
  },
};
