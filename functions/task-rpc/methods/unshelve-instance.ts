import * as v from 'valibot';
import type { WireObject } from '#ports/json';
import type { TaskMethod } from './route.ts';
import { parseArguments, uuidOf, wireObject, type ArgumentSchema } from './arguments.ts';

/*
 * 1.3  - unshelve_instance()
 * 1.14 - request_spec argument
 */
const schema: ArgumentSchema<Arguments> = v.strictObject({
  instance: wireObject('Instance'),
  request_spec: v.optional(v.nullable(wireObject('RequestSpec')), null),
});

interface Arguments {
  instance: WireObject;
  request_spec: WireObject | null;
}

/** Brings a shelved server back (nova.conductor.manager `unshelve_instance`). */
export const unshelveInstance: TaskMethod = {
  schema,
  route(args, context) {
    const { instance, request_spec } = parseArguments('unshelve_instance', schema, args);
    const uuid = uuidOf('unshelve_instance', instance);
    return {
      kind: 'workflow',
      workflow: 'unshelve',
      attempt: 0,
      common: { context, arguments: { instance, request_spec } },
      instances: [{ uuid, document: null }],
      state: { server: uuid },
    };
  },
};
