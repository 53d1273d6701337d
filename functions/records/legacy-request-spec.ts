import { fromPrimitive } from '#objects/from-primitive';
import { isOfType } from '#objects/object-type';
import { registry } from '#objects/registry';
import { RequestSpec } from '#objects/request-spec';
import { toLegacyFilterPropertiesDict, toLegacyRequestSpecDict } from '#objects/request-spec-legacy';
import { serializeEntity } from '#objects/serializer';
import type { JsonMap, WireObject } from '#ports/json';
import { mapOf } from './reading.ts';

/** A request spec as the plain map that events quote (conductor.md section 8.4). */
export function legacyRequestSpec(spec: WireObject): JsonMap {
  const object = fromPrimitive(spec, registry);
  return isOfType(RequestSpec, object) ? mapOf(serializeEntity(toLegacyRequestSpecDict(object))) : {};
}

/** Its scheduling properties as a plain map (conductor.md section 8.4): what is not empty. */
export function legacyFilterProperties(spec: WireObject): JsonMap {
  const object = fromPrimitive(spec, registry);
  return isOfType(RequestSpec, object) ? mapOf(serializeEntity(toLegacyFilterPropertiesDict(object))) : {};
}
