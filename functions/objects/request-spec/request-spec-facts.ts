import { mapOf, wholeNumber } from '#wire/reading';
import type { JsonMap } from '#ports/json';

/** What quotas and placement need of a flavor on the wire. */
export interface FlavorFacts {
  readonly vcpus: number;
  readonly memory_mb: number;
}

/** The flavor of a RequestSpec's wire data; a spec without one counts nothing. */
export function flavorOf(spec: JsonMap): FlavorFacts {
  const flavor = mapOf(mapOf(spec['flavor'])['nova_object.data']);
  return { vcpus: wholeNumber(flavor['vcpus']), memory_mb: wholeNumber(flavor['memory_mb']) };
}
