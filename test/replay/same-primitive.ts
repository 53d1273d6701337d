import type { Field } from '#objects/versioned/any-object';
import { CHANGES_KEY, DATA_KEY, isMap, isPrimitive, NAME_KEY } from '#objects/versioned/primitive';
import { registry } from '#objects/registry';

/** A wire value in a form that compares: what Nova writes in no fixed order (changes, sets) is sorted. */
export function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (!isMap(value)) return value;
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => {
    if (key === CHANGES_KEY) return [key, sorted(item)];
    if (key === DATA_KEY && isPrimitive(value)) return [key, comparableData(value[NAME_KEY], item)];
    return [key, comparable(item)];
  });
  return Object.fromEntries(entries);
}

function comparableData(name: unknown, data: unknown): unknown {
  if (!isMap(data)) return data;
  const type = typeof name === 'string' ? registry.get(name) : undefined;
  return Object.fromEntries(Object.entries(data).map(([key, item]) => [key, comparableField(type?.field(key), item)]));
}

function comparableField(field: Field<unknown> | undefined, value: unknown): unknown {
  if (field?.type === 'Set') return sorted(value);
  if (field?.type === 'List' && Array.isArray(value)) {
    return value.map((item) => comparableField(field.element, item));
  }
  if (field?.type === 'Dict' && isMap(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, comparableField(field.element, item)]));
  }
  return comparable(value);
}

function sorted(value: unknown): unknown {
  return Array.isArray(value)
    ? value.map(comparable).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
    : value;
}
