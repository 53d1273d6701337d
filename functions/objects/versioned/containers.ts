import { ValueError } from '#errors';
import type { AnyObject, Field, Fields } from './any-object.ts';
import { NovaObject } from './base.ts';
import { coerceField, receiveField } from './field.ts';
import type { ObjectType } from './base.ts';
import { emptyMap, isMap, type Json } from './primitive.ts';

/** A list of values. */
export function listOf<T>(element: Field<T>): Field<T[]> {
  return sequence('List', element, (items) => items);
}

/** A set of values: a list without repeats, in memory as on the wire. */
export function setOf<T>(element: Field<T>): Field<T[]> {
  return sequence('Set', element, (items) => [...new Set(items)]);
}

/** A map from text to values. */
export function dictOf<T>(element: Field<T>): Field<Record<string, T>> {
  return {
    type: 'Dict',
    nullable: false,
    readOnly: false,
    element,
    coerce: (value, name) => mapValues(checkedMap(value, name), (item) => coerceField(element, item, name)),
    receive: (value, name, receiver) =>
      mapValues(checkedMap(value, name), (item) => receiveField(element, item, name, receiver)),
    send: (value) => mapValues(value, (item) => sendItem(element, item)),
    copy: (value) => mapValues(value, (item) => copyItem(element, item)),
  };
}

/**
 * An object of a type. With subclasses, of a type that extends it: its own name stays the one that manifests speak of.
 */
export function object<F extends Fields>(
  type: ObjectType<F>,
  options: { subclasses?: boolean } = {},
): Field<NovaObject<F>> {
  const subclasses = options.subclasses ?? false;
  const checked = (value: unknown, name: string): NovaObject<F> => {
    if (fits(type, subclasses, value)) return value;
    throw new ValueError(`An object of type ${type.name} is required in field ${name}, not a ${kindOf(value)}`);
  };
  return {
    type: 'Object',
    nullable: false,
    readOnly: false,
    object: type.name,
    subclasses,
    coerce: checked,
    receive: (value, name, receiver) => checked(receiver.object(value), name),
    send: (value) => value.toPrimitive(),
    copy: (value) => value.clone(),
  };
}

function sequence<T>(type: string, element: Field<T>, tidy: (items: T[]) => T[]): Field<T[]> {
  const checked = (value: unknown, name: string): readonly unknown[] => {
    if (value instanceof Set) return [...value];
    if (!Array.isArray(value)) {
      throw new ValueError(`A ${type.toLowerCase()} is required in field ${name}, not a ${kindOf(value)}`);
    }
    return value;
  };
  return {
    type,
    nullable: false,
    readOnly: false,
    element,
    coerce: (value, name) => tidy(checked(value, name).map((item) => coerceField(element, item, name))),
    receive: (value, name, receiver) =>
      tidy(checked(value, name).map((item) => receiveField(element, item, name, receiver))),
    send: (value) => value.map((item) => sendItem(element, item)),
    copy: (value) => value.map((item) => copyItem(element, item)),
  };
}

function sendItem<T>(element: Field<T>, item: T): Json {
  return item === null || item === undefined ? null : element.send(item);
}

function copyItem<T>(element: Field<T>, item: T): T {
  return item === null || item === undefined ? item : element.copy(item);
}

function kindOf(value: unknown): string {
  if (value instanceof NovaObject) {
    const actual: AnyObject = value;
    return actual.type.name;
  }
  return Array.isArray(value) ? 'list' : typeof value;
}

/** The name decides: an object of this name, or of one that extends it, has these fields. */
function fits<F extends Fields>(type: ObjectType<F>, subclasses: boolean, value: unknown): value is NovaObject<F> {
  if (!(value instanceof NovaObject)) return false;
  const actual: AnyObject = value;
  return actual.type.name === type.name || (subclasses && actual.type.bases.includes(type.name));
}

function mapValues<T, R>(map: Readonly<Record<string, T>>, convert: (value: T) => R) {
  const result = emptyMap<R>();
  for (const [key, item] of Object.entries(map)) result[key] = convert(item);
  return result;
}

function checkedMap(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (isMap(value)) return value;
  throw new ValueError(`A dict is required in field ${name}, not a ${kindOf(value)}`);
}
