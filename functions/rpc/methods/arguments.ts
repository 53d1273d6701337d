import * as v from 'valibot';
import { InvalidArguments } from '#errors';
import type { JsonMap, WireObject } from '#ports/json';

/** An object on the wire, of one type. */
export const wireObject = (name: string) =>
  v.custom(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      (value as JsonMap)['nova_object.name'] === name &&
      typeof (value as JsonMap)['nova_object.version'] === 'string' &&
      typeof (value as JsonMap)['nova_object.data'] === 'object',
    `a ${name} object is expected`,
  );

/** Anything JSON; for what is passed on as it came. */
export const json = v.unknown();

/** A list that may travel as an object list (`objects` inside) or as a bare list. */
export const objectList = (listName: string, name: string) =>
  v.union([v.array(wireObject(name)), wireObject(listName)]);

/** The objects of such a list. */
export const objectsOf = (list: WireObject[] | WireObject): WireObject[] =>
  Array.isArray(list) ? list : ((list['nova_object.data']['objects'] ?? []) as WireObject[]);

/**
 * Checks arguments against a schema, whose output is `T`; unknown names are refused by name, never ignored.
 *
 * @throws InvalidArguments naming the argument and what was expected
 */
export function parseArguments<T>(method: string, entries: v.ObjectEntries, args: JsonMap): T {
  const parsed = v.safeParse(v.strictObject(entries), args);
  // The schema is what tells the type; inferring it through objects that hold objects is beyond the compiler.
  if (parsed.success) return parsed.output as T;
  const [issue] = parsed.issues;
  const path = issue.path?.map(({ key }) => String(key)).join('.') ?? '';
  throw new InvalidArguments(method, path, issue.message);
}
