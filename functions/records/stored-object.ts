import type { AnyObject, Fields, Receiver } from '#objects/versioned/any-object';
import type { NovaObject } from '#objects/versioned/base';
import { receiveField } from '#objects/versioned/field';
import { fromPrimitive } from '#objects/versioned/from-primitive';
import type { ObjectType } from '#objects/versioned/base';
import { compareVersions } from '#objects/versioned/version';
import { registry } from '#objects/registry';
import type { Json } from '#ports/json';
import type { Attributes } from '#ports/tables';

/** Rebuilds the objects inside stored values. */
export const receiver: Receiver = { object: (value) => fromPrimitive(value, registry) };

/**
 * An object as a store keeps it, nothing dirty: the named fields of an item (all of the type's when none are named), an
 * absent attribute being null, or the field's default where it may not be null.
 */
export function loadObject<F extends Fields>(
  type: ObjectType<F>,
  attributes: Readonly<Record<string, unknown>>,
  names: readonly string[] = type.fieldNames,
): NovaObject<F> {
  const values = new Map<string, unknown>();
  for (const name of names) {
    const field = type.field(name);
    if (field !== undefined) values.set(name, receiveField(field, attributes[name], name, receiver));
  }
  const object = type.rebuild({ version: type.version, values, changes: new Set<string>() });
  object.takeSnapshots();
  return object;
}

/** The wire value of one set field; undefined when it is unset. */
export function wireValue(object: AnyObject, name: string): Json | undefined {
  const value: unknown = object.peek(name);
  if (value === undefined) return undefined;
  return value === null ? null : object.type.field(name)?.send(value);
}

/** The wire values of the named fields that are set: what an item stores of an object. */
export function attributesOf(object: AnyObject, names: Iterable<string>): Attributes {
  const attributes: Attributes = {};
  for (const name of names) {
    const value = wireValue(object, name);
    if (value !== undefined) attributes[name] = value;
  }
  return attributes;
}

/**
 * Gives an object the stored values of the named fields, and clears all its marks. An object of an older version is not
 * given fields that its sender does not know.
 */
export function refreshObject(
  object: AnyObject,
  attributes: Readonly<Record<string, unknown>>,
  names: readonly string[] = object.type.fieldNames,
): void {
  const unknown = namesAfter(object);
  for (const name of names) {
    const field = unknown.has(name) ? undefined : object.type.field(name);
    if (field !== undefined) object.assign(name, receiveField(field, attributes[name], name, receiver));
  }
  object.resetChanges();
}

/** Fields that came after the version of an object. */
function namesAfter({ type, version }: AnyObject): ReadonlySet<string> {
  if (version === type.version) return NONE;
  return new Set(type.drops.flatMap(([since, names]) => (compareVersions(version, since) < 0 ? names : [])));
}

const NONE: ReadonlySet<string> = new Set();

/** Text of a set field, undefined when it is unset, null or something else. */
export function textOf(object: AnyObject, name: string): string | undefined {
  const value: unknown = object.peek(name);
  return typeof value === 'string' ? value : undefined;
}

/** Number of a set field, undefined when it is unset, null or something else. */
export function numberOf(object: AnyObject, name: string): number | undefined {
  const value: unknown = object.peek(name);
  return typeof value === 'number' ? value : undefined;
}
