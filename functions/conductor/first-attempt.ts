import { Instance } from '#objects/instance/instance';
import type { ObjectOf } from '#objects/versioned/object-type';
import type { RequestSpec } from '#objects/request-spec/request-spec';
import { fromPrimitives, toLegacyRequestSpecDict } from '#objects/request-spec/request-spec-legacy';
import type { Json, JsonMap, WireObject } from '#ports/json';
import { readObjects, received, specOf } from './move-spec.ts';

/** What the request spec of a build_instances message is made of. */
export interface FirstAttemptParts {
  /** As it was sent, null when none was. */
  readonly spec: WireObject | null;
  readonly image: Json;
  /** Every server of the message; the first one describes all of them. */
  readonly instances: readonly WireObject[];
  readonly filterProperties: JsonMap;
}

/**
 * The request spec by which servers are placed that build_instances names (nova.scheduler.utils `build_request_spec`,
 * nova.objects.RequestSpec `to_legacy_request_spec_dict`, nova.conductor.manager `build_instances`): of the legacy
 * maps, so what the scheduler is asked for lies in the filter properties. It has no flavor where none is given.
 *
 * @throws TypeError, ValueError when a part is not what its name says
 */
export function firstAttemptSpec(parts: FirstAttemptParts): ObjectOf<typeof RequestSpec> {
  const properties = readObjects(parts.filterProperties);
  const request = parts.spec === null ? legacyRequest(parts, properties) : toLegacyRequestSpecDict(specOf(parts.spec));
  return fromPrimitives(request, properties);
}

/** Nova's build_request_spec. */
function legacyRequest(
  { image, instances: [first, ...others] }: FirstAttemptParts,
  { instance_type: given }: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const instance = received(Instance, first);
  const names = ['uuid', 'numa_topology', 'pci_requests', 'project_id', 'user_id', 'availability_zone'] as const;
  return {
    image: image ?? {},
    instance_properties: Object.fromEntries(names.map((name) => [name, instance.peek(name) ?? null])),
    instance_type: instance.peek('flavor') ?? given,
    num_instances: others.length + 1,
  };
}
