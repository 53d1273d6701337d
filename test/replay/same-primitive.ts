import type { Field } from '#objects/versioned/any-object';
import { CHANGES_KEY, DATA_KEY, NAME_KEY } from '#objects/versioned/primitive';
import { registry } from '#objects/registry';
import type { Json, JsonMap } from '#ports/json';
import { isMap } from './recorded-file.ts';

/** A wire value in a form that compares: what Nova writes in no fixed order (changes, sets) is sorted. */
export function comparable(value: Json): Json {
  if (Array.isArray(value)) return value.map(comparable);
  if (!isMap(value)) return value;
  const { [NAME_KEY]: name } = value;
  return mapped(value, (key, item) => {
    if (key === CHANGES_KEY) return sorted(item);
    return key === DATA_KEY && typeof name === 'string' ? comparableData(name, item) : comparable(item);
  });
}

function comparableData(name: string, data: Json): Json {
  const type = registry.get(name);
  return isMap(data) ? mapped(data, (key, item) => comparableField(type?.field(key), item)) : data;
}

function comparableField(field: Field<unknown> | undefined, value: Json): Json {
  if (field?.type === 'Set') return sorted(value);
  if (field?.type === 'List' && Array.isArray(value)) return value.map((item) => comparableField(field.element, item));
  if (field?.type === 'Dict' && isMap(value))
    return mapped(value, (_key, item) => comparableField(field.element, item));
  return comparable(value);
}

const mapped = (map: JsonMap, convert: (key: string, item: Json) => Json): JsonMap =>
  Object.fromEntries(Object.entries(map).map(([key, item]) => [key, convert(key, item)]));

function sorted(value: Json): Json {
  return Array.isArray(value)
    ? value.map(comparable).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
    : value;
}
