import type { Json, JsonMap } from '#ports/json';
import { isMap } from '../recorded-file.ts';

/** Looks at a map inside a value, and answers what to keep of it. */
export type Edit = (map: JsonMap) => JsonMap;

/** A value with every map in it edited, the innermost first. */
export function edited(value: Json, edit: Edit): Json {
  if (Array.isArray(value)) return value.map((item) => edited(item, edit));
  if (!isMap(value)) return value;
  return edit(Object.fromEntries(Object.entries(value).map(([name, item]) => [name, edited(item, edit)])));
}

/** A map without some names. */
export const without = (map: JsonMap, names: readonly string[]): JsonMap =>
  Object.fromEntries(Object.entries(map).filter(([name]) => !names.includes(name)));

/** The edit of the data of objects of one type. */
export const ofType =
  (type: string, edit: Edit): Edit =>
  (map) => {
    const data = map['nova_object.data'];
    return map['nova_object.name'] === type && isMap(data) ? { ...map, 'nova_object.data': edit(data) } : map;
  };
