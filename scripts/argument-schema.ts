import { toJsonSchema, type JsonSchema } from '@valibot/to-json-schema';
import { AMOUNTS, CHECK_TYPE, MOST_AMOUNT } from '#wire/incoming';
import type { GenericSchema } from 'valibot';
import { objectReference } from './object-schemas.ts';

/**
 * The JSON Schema (draft 2020-12) of what a caller sends for an argument schema.
 *
 * @param method - whose arguments they are
 * @throws Error for a kind of schema that has no JSON Schema
 */
export function argumentSchema(schema: GenericSchema, method: string): JsonSchema {
  const { $schema: _named, ...described } = toJsonSchema(schema, {
    target: 'draft-2020-12',
    typeMode: 'input',
    // A check of ours is anything, unless its metadata says what it checks.
    overrideSchema: ({ valibotSchema }) => (valibotSchema.type === 'custom' ? {} : undefined),
    overrideAction: ({ valibotAction }) =>
      'metadata' in valibotAction ? checked(method, mapOf(valibotAction.metadata)) : undefined,
  });
  return described;
}

const mapOf = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});

/** What a check of ours lets through, by its metadata: a map, a wire object, or a list of them in both forms. */
function checked(
  method: string,
  metadata: {
    readonly map?: unknown;
    readonly wireObject?: unknown;
    readonly list?: unknown;
    readonly requires?: unknown;
  },
): JsonSchema {
  const { map, wireObject, list, requires } = metadata;
  if (map === true) return { type: 'object' };
  if (typeof wireObject !== 'string') return {};
  const each = objectOf(method, wireObject, Array.isArray(requires) ? requires.map(String) : []);
  if (typeof list !== 'string') return each;
  return { anyOf: [listOf(list, each), { type: 'array', items: each }] };
}

/** An object of a type, what is checked of its fields in this message, and the fields that it must have. */
const objectOf = (method: string, name: string, required: readonly string[]): JsonSchema => ({
  allOf: [
    objectReference(name),
    {
      properties: {
        'nova_object.data': {
          properties: fieldsOf(method),
          ...(required.length === 0 ? {} : { required: [...required] }),
        },
      },
    },
  ],
});

/**
 * What is checked of the fields of any object: amounts, and hints, of which only the
 * conductor's own begin with an underscore.
 */
const fieldsOf = (method: string): Record<string, JsonSchema> => ({
  ...Object.fromEntries([...AMOUNTS].toSorted().map((name) => [name, { minimum: 0, maximum: MOST_AMOUNT }])),
  scheduler_hints: {
    propertyNames: { pattern: method === 'rebuild_instance' ? `^(?:[^_]|${CHECK_TYPE}$)` : '^[^_]' },
  },
});

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
