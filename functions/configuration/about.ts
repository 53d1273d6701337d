import * as v from 'valibot';
import type { About } from './values.ts';

/** An option as the page and the readers see it. */
export interface Described extends About {
  readonly values: string;
}

const isDescribed = (value: unknown): value is Described =>
  typeof value === 'object' && value !== null && 'says' in value && 'values' in value;

/**
 * What is said of an option, whatever it is wrapped in.
 *
 * @throws TypeError for a schema that was not made by values.ts
 */
export function aboutOf(schema: v.GenericSchema): Described {
  const about: unknown = v.getMetadata(schema);
  if (isDescribed(about)) return about;
  if ('wrapped' in schema && isSchema(schema.wrapped)) return aboutOf(schema.wrapped);
  throw new TypeError(`an option of type ${schema.type} says nothing of itself: make it by values.ts`);
}

const isSchema = (value: unknown): value is v.GenericSchema =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'schema';
