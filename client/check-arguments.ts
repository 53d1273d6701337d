import { InvalidArguments, NoSuchMethod } from '#errors';
import type { JsonMap } from '#ports/json';
import { mismatch, type Definitions, type Schema } from '#wire/json-schema';
import schemas from './argument-schemas.json' with { type: 'json' };

const METHODS: Readonly<Record<string, Schema>> = schemas.methods;
const DEFINITIONS: Definitions = schemas.$defs;

/**
 * Looks whether arguments are what a compute_task method takes, objects, their versions and their fields
 * included, before they are sent.
 *
 * @throws NoSuchMethod when there is no such method
 * @throws InvalidArguments that names the first argument, or the field in it, that does not fit
 */
export function checkArguments(method: string, args: JsonMap): void {
  const schema = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  if (schema === undefined) throw new NoSuchMethod({ method });
  const wrong = mismatch(args, schema, DEFINITIONS);
  if (wrong !== undefined) throw new InvalidArguments(method, wrong.path, wrong.expected);
}
