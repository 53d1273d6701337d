import * as v from 'valibot';
import type { About } from './values.ts';

const isAbout = (value: unknown): value is About =>
  typeof value === 'object' && value !== null && 'values' in value && 'environment' in value;

/**
 * What an option carries with it, whatever it is wrapped in.
 *
 * @throws TypeError for a schema that was not made by values.ts
 */
export function aboutOf(schema: v.GenericSchema): About {
  const about: unknown = v.getMetadata(schema);
  if (isAbout(about)) return about;
  if ('wrapped' in schema && isSchema(schema.wrapped)) return aboutOf(schema.wrapped);
  throw new TypeError(`an option of type ${schema.type} says nothing of itself: make it by values.ts`);
}

const isSchema = (value: unknown): value is v.GenericSchema =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'schema';
