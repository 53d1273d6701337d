import type { JsonMap } from '#ports/json';
import { computeTask } from '#task-rpc/methods/list';
import { newObject } from '#wire/wire';
import { CONTEXT, UUID } from '../../fixtures/records.ts';

/** Another server than that of `UUID`. */
export const OTHER = '22222222-2222-4222-8222-222222222222';

const flavored = { id: 1, vcpus: 1, memory_mb: 512, root_gb: 1, ephemeral_gb: 0, swap: 0 };
export const flavor = newObject('Flavor', '1.2', flavored);
export const instance = newObject('Instance', '2.7', { uuid: UUID, flavor });
export const other = newObject('Instance', '2.7', { uuid: OTHER, flavor });
export const spec = newObject('RequestSpec', '1.14', { instance_uuid: UUID, flavor });
export const selection = newObject('Selection', '1.1', {});

/** What a message of the method becomes. */
export function routeOf(method: string, args: JsonMap) {
  const found = computeTask.methods[method];
  if (found === undefined) throw new Error(`no method is called ${method}`);
  return found.route(args, CONTEXT);
}

/** What a test says of an argument that is wrong. */
export type Refused = readonly [title: string, changes: JsonMap, reason: RegExp];
