import { createHash } from 'node:crypto';
import type { AnyType, Field } from '#objects/versioned/any-object';
import { serializeEntity } from '#objects/versioned/serializer';

/** A short hash of what peers can see of a type: its fields and its remotable methods. */
export function fingerprint(type: AnyType): string {
  const fields = type.fieldList
    .map(([name, field]) => `${name}: ${describe(field)}`)
    .toSorted((a, b) => (a < b ? -1 : 1));
  const methods = Object.entries(type.remotable)
    .map(([name, method]) => `${name}: ${JSON.stringify(method)}`)
    .toSorted((a, b) => (a < b ? -1 : 1));
  const text = JSON.stringify([type.name, fields, methods]);
  return `${type.version}-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}

function describe(field: Field<unknown>): string {
  return JSON.stringify({
    type: field.type,
    nullable: field.nullable,
    readOnly: field.readOnly,
    values: field.values,
    object: field.object,
    element: field.element === undefined ? undefined : describe(field.element),
    fallback: field.fallback === undefined ? undefined : [serializeEntity(field.fallback())],
  });
}
