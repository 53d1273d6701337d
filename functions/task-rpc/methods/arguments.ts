import * as v from 'valibot';
import { older } from '#conductor/compute-rpc';
import { InvalidArguments } from '#errors';
import type { Json, JsonMap, WireObject } from '#ports/json';
import { isWireObject, objectsOf as listed } from '#wire/reading';

/** What a method's arguments are checked by; its output is `T`. */
export type ArgumentSchema<T> = v.GenericSchema<unknown, T>;

/** An object on the wire, of one type. */
export const wireObject = (name: string): v.GenericSchema<unknown, WireObject> =>
  v.pipe(
    v.custom<WireObject>(
      (value) => isWireObject(value) && value['nova_object.name'] === name,
      `a ${name} object is expected`,
    ),
    v.metadata({ wireObject: name }),
  );

/** Anything JSON; for what is passed on as it came. */
export const json: v.GenericSchema<unknown, Json> = v.custom<Json>((value) => value !== undefined);

/** A map of anything. */
export const map: v.GenericSchema<unknown, JsonMap> = v.pipe(
  v.custom<JsonMap>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'a map is expected',
  ),
  v.metadata({ map: true }),
);

/**
 * A list that may travel as an object list (`objects` inside) or as a bare list; the objects themselves, each checked.
 *
 * @param requires fields that publishers have to send; the method reports what is missing
 */
export const objectList = (
  listName: string,
  name: string,
  requires: readonly string[] = [],
): v.GenericSchema<unknown, WireObject[]> =>
  v.pipe(
    v.custom<Json>(
      (value) => isListOf(value, listName, name),
      `a ${listName}, or a list of ${name} objects, is expected`,
    ),
    v.metadata({ wireObject: name, list: listName, requires }),
    v.transform((value: Json) => listed(value)),
  );

function isListOf(value: unknown, listName: string, name: string): boolean {
  const objects: unknown = Array.isArray(value) ? value : listIn(value, listName);
  return (
    Array.isArray(objects) && objects.every((object) => isWireObject(object) && object['nova_object.name'] === name)
  );
}

const listIn = (value: unknown, listName: string): unknown =>
  isWireObject(value) && value['nova_object.name'] === listName ? value['nova_object.data']['objects'] : undefined;

/**
 * Checks arguments against a schema; names that it does not know are refused by name, never ignored.
 *
 * @throws InvalidArguments naming the argument and what was expected
 */
export function parseArguments<T>(method: string, schema: ArgumentSchema<T>, args: JsonMap): T {
  const parsed = v.safeParse(schema, args);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const path = issue.path?.map(({ key }) => String(key)).join('.') ?? '';
  throw new InvalidArguments(method, path, withoutValue(issue.message));
}

/**
 * Refuses an argument that the message's version does not have: whoever sends it may mean something else by it.
 *
 * @param version of the message
 * @param since versions that brought arguments, by their names
 * @throws InvalidArguments naming the argument
 */
export function mustHaveArguments(
  { method, version, args }: { readonly method: string; readonly version: string; readonly args: JsonMap },
  since: Readonly<Record<string, string>> = {},
): void {
  const later = Object.entries(since).find(([name, first]) => name in args && older(version, first));
  if (later !== undefined)
    throw new InvalidArguments(method, later[0], `an argument of ${later[1]} in a message of ${version}`);
}

/** What was received stays out of the error: it may be a secret, and errors are recorded in faults and histories. */
const withoutValue = (message: string): string => message.replace(/ but received [^]*$/u, '');

/** The uuid of an Instance argument. @throws InvalidArguments when it has none */
export function uuidOf(method: string, instance: WireObject): string {
  const { uuid } = instance['nova_object.data'];
  if (typeof uuid === 'string') return uuid;
  throw new InvalidArguments(method, 'instance', 'an Instance with a uuid is expected');
}
