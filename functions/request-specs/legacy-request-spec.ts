import { NovaError } from '#errors';
import { fromPrimitive } from '#objects/versioned/from-primitive';
import { isOfType, type ObjectOf } from '#objects/versioned/object-type';
import { registry } from '#objects/registry';
import { RequestSpec } from '#objects/request-spec/request-spec';
import { isMap } from '#objects/versioned/primitive';
import {
  plainForm,
  toLegacyFilterPropertiesDict,
  toLegacyRequestSpecDict,
} from '#objects/request-spec/request-spec-legacy';
import { serializeEntity } from '#objects/versioned/serializer';
import type { JsonMap, WireObject } from '#ports/json';
import { mapOf } from '#wire/reading';

/**
 * A request spec as the object that it is; undefined for another object, and for one that cannot be read: whoever
 * quotes it says why its server failed, and perhaps it failed for that.
 */
export function requestSpecOf(spec: WireObject): ObjectOf<typeof RequestSpec> | undefined {
  try {
    const object = fromPrimitive(spec, registry);
    return isOfType(RequestSpec, object) ? object : undefined;
  } catch (error) {
    if (!(error instanceof NovaError)) throw error;
    return undefined;
  }
}

/** A request spec as the plain map that events quote (nova.objects.RequestSpec `to_legacy_request_spec_dict`). */
export function legacyRequestSpec(spec: WireObject): JsonMap {
  const object = requestSpecOf(spec);
  if (object === undefined) return {};
  const { instance_properties, ...entries } = toLegacyRequestSpecDict(object);
  const plain = { ...plainEntries(entries), instance_properties: plainEntries(instance_properties) };
  return mapOf(serializeEntity(plain));
}

const plainEntries = (entries: unknown): Record<string, unknown> =>
  isMap(entries) ? Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, plainForm(value)])) : {};

/**
 * Its scheduling properties as a plain map (nova.objects.RequestSpec `to_legacy_request_spec_dict`): what is not empty.
 */
export function legacyFilterProperties(spec: WireObject): JsonMap {
  const object = requestSpecOf(spec);
  return object === undefined ? {} : mapOf(serializeEntity(toLegacyFilterPropertiesDict(object)));
}
