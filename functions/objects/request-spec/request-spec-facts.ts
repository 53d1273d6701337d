import type { Json, JsonMap } from '#ports/json';

/** What quotas and placement need of a flavor on the wire. */
export interface FlavorFacts {
  readonly vcpus: number;
  readonly memory_mb: number;
}

/** The flavor of a RequestSpec's wire data; a spec without one counts nothing. */
export function flavorOf(spec: JsonMap): FlavorFacts {
  const flavor = mapOf(mapOf(spec['flavor'])['nova_object.data']);
  return { vcpus: numberIn(flavor['vcpus']), memory_mb: numberIn(flavor['memory_mb']) };
}

const mapOf = (value: Json | undefined): JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};

const numberIn = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);
