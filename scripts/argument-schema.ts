import { toJsonSchema, type JsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';
import { objectReference } from './object-schemas.ts';

/**
 * The JSON Schema (draft 2020-12) of what a caller sends for an argument schema.
 *
 * @throws Error for a kind of schema that has no JSON Schema
 */
export function argumentSchema(schema: GenericSchema): JsonSchema {
  const { $schema: _named, ...described } = toJsonSchema(schema, {
    target: 'draft-2020-12',
    typeMode: 'input',
    // A check of ours is anything, unless its metadata says what it checks.
    overrideSchema: ({ valibotSchema }) => (valibotSchema.type === 'custom' ? {} : undefined),
    overrideAction: ({ valibotAction }) =>
      'metadata' in valibotAction ? checked(mapOf(valibotAction.metadata)) : undefined,
  });
  return described;
}

const mapOf = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});

/** What a check of ours lets through, by its metadata: a map, a wire object, or a list of them in both forms. */
function checked(metadata: {
  readonly map?: unknown;
  readonly wireObject?: unknown;
  readonly list?: unknown;
  readonly requires?: unknown;
}): JsonSchema {
  const { map, wireObject, list, requires } = metadata;
  if (map === true) return { type: 'object' };
  if (typeof wireObject !== 'string') return {};
  if (typeof list !== 'string') return objectReference(wireObject);
  const each = withFields(objectReference(wireObject), requires);
  return { anyOf: [listOf(list, each), { type: 'array', items: each }] };
}

/** An object whose data have these fields. */
const withFields = (object: JsonSchema, names: unknown): JsonSchema =>
  Array.isArray(names) && names.length > 0
    ? { allOf: [object, { properties: { 'nova_object.data': { required: names.map(String) } } }] }
    : object;

/** Lists that have no type of their own travel all the same: Nova's facade sends them as plain lists. */
const listOf = (name: string, each: JsonSchema): JsonSchema => ({
  type: 'object',
  properties: {
    'nova_object.name': { const: name },
    'nova_object.data': {
      type: 'object',
      properties: { objects: { type: 'array', items: each } },
      required: ['objects'],
    },
  },
  required: ['nova_object.name', 'nova_object.data'],
});
