import { ValueError } from '#errors';
import type { Json } from './primitive.ts';
import type { Field, Fields, Receiver } from './any-object.ts';

/** The type of a field's value. */
export type ValueOf<F> = F extends Field<infer T> ? T : never;

/** Values for some fields of a type. */
export type Values<F extends Fields> = { [K in keyof F]?: ValueOf<F[K]> };

/** Lets a field hold null. */
export function nullable<T>(field: Field<T>): Field<T | null> {
  return { ...field, nullable: true };
}

/** Gives a field a default; maps and lists need a function, so that no two objects share one. */
export function withDefault<T extends Json>(field: Field<T>, value: T): Field<T> {
  return { ...field, fallback: () => value };
}

/** Gives a field a default that is made anew each time. */
export function withNew<T>(field: Field<T>, fallback: () => T): Field<T> {
  return { ...field, fallback };
}

/** Lets a field be set once. */
export function readOnly<T>(field: Field<T>): Field<T> {
  return { ...field, readOnly: true };
}

/** What is stored for a given value, null included: T has null in it where the field may hold null.
 * @throws ValueError for null where neither null nor a default is possible. */
export function coerceField<T>(field: Field<T>, value: unknown, name: string): T;
export function coerceField<T>(field: Field<T>, value: unknown, name: string): T | null {
  return value === null || value === undefined ? nullOf(field, name) : field.coerce(value, name);
}

/** What is stored for a received value, null included. */
export function receiveField<T>(field: Field<T>, value: unknown, name: string, receiver: Receiver): T;
export function receiveField<T>(field: Field<T>, value: unknown, name: string, receiver: Receiver): T | null {
  return value === null || value === undefined ? nullOf(field, name) : field.receive(value, name, receiver);
}

function nullOf<T>(field: Field<T>, name: string): T | null {
  if (field.nullable) return null;
  if (field.fallback !== undefined) return field.fallback();
  throw new ValueError(`Field \`${name}' cannot be None`);
}
