import * as v from 'valibot';
import { InvalidArguments } from '#errors';
import type { Json, JsonMap, WireObject } from '#ports/json';

/** An object on the wire, of one type. */
export const wireObject = (name: string) =>
  v.custom<WireObject>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      (value as JsonMap)['nova_object.name'] === name &&
      typeof (value as JsonMap)['nova_object.version'] === 'string' &&
      typeof (value as JsonMap)['nova_object.data'] === 'object',
    `a ${name} object is expected`,
  );

/** Anything JSON; for what is passed on as it came. */
export const json = v.custom<Json>(() => true);

/** A list that may travel as an object list (`objects` inside) or as a bare list. */
export const objectList = (listName: string, name: string) =>
  v.pipe(
    v.union([v.array(wireObject(name)), wireObject(listName)]),
    v.transform((value): WireObject[] =>
      Array.isArray(value) ? value : ((value['nova_object.data']['objects'] ?? []) as WireObject[]),
    ),
  );

/**
 * Checks arguments against a schema; unknown names are refused by name, never ignored.
 *
 * @throws InvalidArguments naming the argument and what was expected
 */
export function parseArguments<const S extends v.ObjectEntries>(
  method: string,
  entries: S,
  args: JsonMap,
): v.InferOutput<v.StrictObjectSchema<S, undefined>> {
  const parsed = v.safeParse(v.strictObject(entries), args);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const path = issue.path?.map(({ key }) => String(key)).join('.') ?? '';
  throw new InvalidArguments(method, path, issue.message);
}
