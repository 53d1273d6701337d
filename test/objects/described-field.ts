import { NovaObject } from '#objects/versioned/base';
import type { Field } from '#objects/versioned/any-object';
import { isMap } from '#objects/versioned/primitive';

/** What a field of ours is, in the words of the recorded registry. */
export function describeField(field: Field<unknown>): Record<string, unknown> {
  return {
    type: field.type,
    nullable: field.nullable,
    read_only: field.readOnly,
    ...(field.fallback === undefined ? {} : { default: describeDefault(field.fallback()) }),
    ...(field.values === undefined ? {} : { values: field.values }),
    ...(field.object === undefined ? {} : { object: field.object, subclasses: field.subclasses }),
    ...(field.element === undefined ? {} : { element: describeField(field.element) }),
  };
}

/** The corpus writes a default that is an object as Python's repr of one without fields set. */
function describeDefault(value: unknown): unknown {
  if (!(value instanceof NovaObject)) return value;
  const fields = value.type.fieldNames.map((name: string) => `${name}=<?>`);
  return `${value.type.name}(${fields.toSorted().join(',')})`;
}

/** The same of a recorded field. */
export function recordedField(value: unknown): Record<string, unknown> {
  const field = mapOf(value);
  const names = ['type', 'nullable', 'read_only', 'default', 'values', 'object', 'subclasses'];
  return {
    ...Object.fromEntries(names.filter((name) => Object.hasOwn(field, name)).map((name) => [name, field[name]])),
    ...(Object.hasOwn(field, 'element') ? { element: recordedField(field['element']) } : {}),
  };
}

/** A map of the registry file, its values converted. */
export function mapOf(value: unknown, convert: (item: unknown) => unknown = (item) => item): Record<string, unknown> {
  if (!isMap(value)) throw new Error('the registry file is not as expected');
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, convert(item)]));
}
