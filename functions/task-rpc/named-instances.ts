import type { Json, JsonMap } from '#ports/json';
import { fieldsOf, mapOf, textOf } from '#wire/reading';

/**
 * The uuids of the servers that arguments name, whichever of them it is: an Instance, anything that says whose it is by
 * `instance_uuid` (request specs, migrations, block devices), and the `instance_properties` of older request specs. Each
 * once, Instances first.
 */
export function namedInstances(args: JsonMap): string[] {
  const instances: string[] = [];
  const others: string[] = [];
  const waiting: Json[] = [args];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (value === null || typeof value !== 'object') continue;
    waiting.push(...Object.values(value).filter(isNested).toReversed());
    if (Array.isArray(value)) continue;
    if (value['nova_object.name'] === 'Instance') instances.push(...named(fieldsOf(value)['uuid']));
    others.push(...named(value['instance_uuid']), ...named(mapOf(value['instance_properties'])['uuid']));
  }
  return [...new Set([...instances, ...others])];
}

const isNested = (value: Json): boolean => value !== null && typeof value === 'object';

const named = (value: Json | undefined): string[] => {
  const uuid = textOf(value);
  return uuid === undefined ? [] : [uuid];
};
