import * as v from 'valibot';
import { InvalidArguments } from '#errors';
import type { JsonMap, WireObject } from '#ports/json';
import { textOf } from '#wire/reading';
import type { TaskMethod } from './route.ts';
import { map, parseArguments, uuidOf, wireObject, type ArgumentSchema } from './arguments.ts';

/*
 * 1.26 - attach_volume()
 */
const schema: ArgumentSchema<Arguments> = v.strictObject({
  instance: wireObject('Instance'),
  volume: map,
  device: v.nullable(v.string()),
  disk_bus: v.nullable(v.string()),
  device_type: v.nullable(v.string()),
  tag: v.optional(v.nullable(v.string()), null),
  supports_multiattach: v.optional(v.boolean(), false),
  delete_on_termination: v.optional(v.boolean(), false),
});

interface Arguments {
  instance: WireObject;
  volume: JsonMap;
  device: string | null;
  disk_bus: string | null;
  device_type: string | null;
  tag: string | null;
  supports_multiattach: boolean;
  delete_on_termination: boolean;
}

/**
 * Attaches a volume to a server (nova.conductor.manager `attach_volume`); a call is answered with the device's name.
 */
export const attachVolume: TaskMethod = {
  schema,
  route(args, context) {
    const call = parseArguments('attach_volume', schema, args);
    const instance = uuidOf('attach_volume', call.instance);
    const volume = textOf(call.volume['id']);
    if (volume === undefined) throw new InvalidArguments('attach_volume', 'volume', 'a volume with an id is expected');
    return {
      kind: 'workflow',
      workflow: 'attach-volume',
      attempt: 0,
      common: { context, arguments: { ...call } },
      instances: [{ uuid: instance, document: null }],
      state: { server: instance, volume },
      answers: true,
    };
  },
};
