import type { AnyObject, Fields } from '#objects/versioned/any-object';
import type { NovaObject } from '#objects/versioned/base';
import type { ObjectType } from '#objects/versioned/base';
import type { Primitive } from '#objects/versioned/primitive';

/*
 * Payloads are what versioned notifications carry: objects of their own that describe others, each with a version that
 * consumers rely on. Nobody asks for older ones, so that they know no lowering and are in no registry.
 */

/** The value of a field by its name; null or undefined where it has none. */
export type FieldReader = (name: string) => unknown;

/** The set fields of an object under their own names. */
export const fieldsOf =
  (source: AnyObject): FieldReader =>
  (name) =>
    source.peek(name);

/**
 * A payload with every field set: to what is given, else to its default, else to null.
 *
 * @throws ValueError when something does not fit
 */
export function fill<F extends Fields>(type: ObjectType<F>, valueOf: FieldReader): NovaObject<F> {
  const payload = type.make();
  for (const name of type.fieldNames) payload.assign(name, valueOf(name) ?? null);
  return payload;
}

/** A payload as it travels: without the marks of what changed. */
export const sent = (payload: AnyObject): Primitive =>
  payload.resetChanges(undefined, { recursive: true }).toPrimitive();
