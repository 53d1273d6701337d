import type { JsonMap, WireObject } from '#ports/json';

/** What quotas and placement need of a flavor on the wire. */
export interface FlavorFacts {
  readonly vcpus: number;
  readonly memory_mb: number;
}

/** The flavor of a RequestSpec's wire data; a spec without one counts nothing. */
export function flavorOf(spec: JsonMap): FlavorFacts {
  const flavor = (spec['flavor'] as WireObject | null | undefined)?.['nova_object.data'] ?? {};
  return { vcpus: Number(flavor['vcpus'] ?? 0), memory_mb: Number(flavor['memory_mb'] ?? 0) };
}
