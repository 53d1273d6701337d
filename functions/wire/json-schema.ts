import type { Json, JsonMap } from '#ports/json';
import { isMap } from './wire.ts';

/** The part of JSON Schema (2020-12) that our schemas are written in. */
export interface Schema {
  readonly type?: string;
  readonly const?: Json;
  readonly enum?: readonly Json[];
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Shown to publishers; names of hints are checked by the client on their own. */
  readonly propertyNames?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly $ref?: string;
}

/** What does not fit, and where: names and places of the value with dots between. */
export interface Mismatch {
  readonly path: string;
  readonly expected: string;
}

export type Definitions = Readonly<Record<string, Schema>>;

/** The first thing of a value that does not fit its schema; undefined when all of it fits. */
export function mismatch(value: Json, schema: Schema, definitions: Definitions, path = ''): Mismatch | undefined {
  return (
    ofReference(value, schema, definitions, path) ??
    ofAlternatives(value, schema, definitions, path) ??
    ofKind(value, schema, path) ??
    ofMap(value, schema, definitions, path) ??
    ofList(value, schema, definitions, path)
  );
}

function ofReference(value: Json, { $ref, allOf = [] }: Schema, definitions: Definitions, path: string) {
  const all = $ref === undefined ? allOf : [definitionOf($ref, definitions), ...allOf];
  for (const each of all) {
    const found = mismatch(value, each, definitions, path);
    if (found !== undefined) return found;
  }
  return undefined;
}

function definitionOf($ref: string, definitions: Definitions): Schema {
  const found = definitions[$ref.split('/').at(-1) ?? ''];
  if (found === undefined) throw new TypeError(`there is no schema ${$ref}`);
  return found;
}

/** Of several forms, the one that fits furthest is the one that was meant. */
function ofAlternatives(value: Json, { anyOf }: Schema, definitions: Definitions, path: string): Mismatch | undefined {
  if (anyOf === undefined) return undefined;
  const found = anyOf.map((each) => mismatch(value, each, definitions, path));
  if (found.includes(undefined)) return undefined;
  return found.reduce((best, each) => ((each?.path.length ?? 0) > (best?.path.length ?? 0) ? each : best));
}

function ofKind(value: Json, schema: Schema, path: string): Mismatch | undefined {
  const { type, pattern, minimum, maximum } = schema;
  if (type !== undefined && !isOfType(value, type)) return { path, expected: `${type} is expected` };
  if ('const' in schema && value !== schema.const)
    return { path, expected: `${JSON.stringify(schema.const)} is expected` };
  if (schema.enum !== undefined && !schema.enum.includes(value))
    return { path, expected: `one of ${JSON.stringify(schema.enum)} is expected` };
  if (pattern !== undefined && typeof value === 'string' && !new RegExp(pattern, 'u').test(value))
    return { path, expected: `text like ${pattern} is expected` };
  if (typeof value !== 'number') return undefined;
  if (minimum !== undefined && value < minimum) return { path, expected: `${minimum} at least is expected` };
  return maximum !== undefined && value > maximum ? { path, expected: `${maximum} at most is expected` } : undefined;
}

function isOfType(value: Json, type: string): boolean {
  if (type === 'object') return isMap(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'null') return value === null;
  return type === 'integer' ? Number.isInteger(value) : typeof value === type;
}

const inside = (path: string, name: string | number): string => (path === '' ? String(name) : `${path}.${name}`);

function ofMap(value: Json, schema: Schema, definitions: Definitions, path: string): Mismatch | undefined {
  if (!isMap(value)) return undefined;
  const { properties = {}, required = [], additionalProperties = true } = schema;
  const missing = required.find((name) => value[name] === undefined);
  if (missing !== undefined) return { path: inside(path, missing), expected: 'a value is expected' };
  const map: JsonMap = value;
  for (const [name, each] of Object.entries(map)) {
    const own = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    if (own === false) return { path: inside(path, name), expected: 'nobody knows it' };
    const found = typeof own === 'object' ? mismatch(each, own, definitions, inside(path, name)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function ofList(value: Json, { items }: Schema, definitions: Definitions, path: string): Mismatch | undefined {
  if (!Array.isArray(value) || items === undefined) return undefined;
  for (const [at, each] of value.entries()) {
    const found = mismatch(each, items, definitions, inside(path, at));
    if (found !== undefined) return found;
  }
  return undefined;
}
