import type { Failure } from './fault.ts';
import { ComputeTaskPayload } from '#objects/notification/compute-task-payload';
import { ExceptionPayload } from '#objects/notification/exception-payload';
import { sent } from '#objects/notification/payload';
import { requestSpecPayload } from '#objects/notification/request-spec-payload';
import { RequestSpec } from '#objects/request-spec/request-spec';
import { fromPrimitives, toLegacyRequestSpecDict } from '#objects/request-spec/request-spec-legacy';
import { isOfType, type ObjectOf } from '#objects/versioned/object-type';
import { isMap } from '#objects/versioned/primitive';
import type { JsonMap } from '#ports/json';
import { textOrEmpty } from '#wire/reading';

/** A task method that failed for a server. */
export interface TaskError {
  readonly uuid: string;
  readonly method: string;
  readonly vm_state: string;
  readonly failure: Failure;
  /** An object, or a plain legacy map. */
  readonly spec: ObjectOf<typeof RequestSpec> | JsonMap;
}

/**
 * The payload of `compute_task.<method>.error` (nova.compute.utils.notify_about_compute_task_error). As in Nova the
 * spec goes through its legacy map, which drops what only filter properties hold; one that names no server is null.
 *
 * @throws ValueError when the spec does not fit
 */
export function taskErrorPayload({ uuid, method, vm_state, failure, spec }: TaskError): JsonMap {
  const legacy = isOfType(RequestSpec, spec) ? toLegacyRequestSpecDict(spec) : spec;
  return sent(
    ComputeTaskPayload.make({
      instance_uuid: uuid,
      request_spec: namesInstance(legacy['instance_properties'])
        ? requestSpecPayload(fromPrimitives(legacy, {}))
        : null,
      state: vm_state,
      reason: ExceptionPayload.make({
        // Nova names the Python function that raised it; ours has none, so the method that failed stands there.
        module_name: 'nova.conductor.manager',
        function_name: method,
        exception: failure.name,
        exception_message: failure.message,
        traceback: `Traceback:\n  ${failure.name}: ${failure.message}`,
      }),
    }),
  );
}

const namesInstance = (properties: unknown): boolean => isMap(properties) && textOrEmpty(properties['uuid']) !== '';
