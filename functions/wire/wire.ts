import type { Json, JsonMap, WireObject } from '#ports/json';

const CHANGES = 'nova_object.changes';

/** A new object on the wire, all of whose fields are dirty. */
export const newObject = (name: string, version: string, data: JsonMap): WireObject =>
  setFields(
    {
      'nova_object.name': name,
      'nova_object.namespace': 'nova',
      'nova_object.version': version,
      'nova_object.data': {},
    },
    data,
  );

/** The object with these fields set, and marked as dirty. */
export function setFields(object: WireObject, fields: JsonMap): WireObject {
  const changes = [...new Set([...dirtyFields(object), ...Object.keys(fields)])].toSorted();
  return { ...object, 'nova_object.data': { ...object['nova_object.data'], ...fields }, [CHANGES]: changes };
}

/** The names of the dirty fields. */
export function dirtyFields(object: WireObject): string[] {
  const changes = object[CHANGES];
  return Array.isArray(changes) ? changes.filter((name) => typeof name === 'string') : [];
}

/**
 * The object after a remote method: `updates` set, and `obj_what_changed` as its dirty fields (nova.conductor.manager
 * `object_action`).
 */
export function applyUpdates(object: WireObject, updates: JsonMap): WireObject {
  const { obj_what_changed: dirty, ...fields } = updates;
  const updated: WireObject = { ...object, 'nova_object.data': { ...object['nova_object.data'], ...fields } };
  delete updated[CHANGES];
  return Array.isArray(dirty) && dirty.length > 0 ? { ...updated, [CHANGES]: dirty } : updated;
}

/** Whether a value is an object on the wire. */
export const isWireObject = (value: Json | undefined): value is WireObject =>
  isMap(value) && typeof value['nova_object.name'] === 'string' && isMap(value['nova_object.data']);

/** Whether a value is a map. */
export const isMap = (value: Json | undefined): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Plain data: objects become maps of their fields, lists of objects lists, all the way down. */
export function plain(value: Json): Json {
  if (Array.isArray(value)) return value.map(plain);
  if (!isMap(value)) return value;
  const fields = isWireObject(value) ? value['nova_object.data'] : value;
  const isList = isWireObject(value) && Object.keys(fields).join() === 'objects';
  if (isList) return plain(fields['objects'] ?? []);
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, plain(field)]));
}
