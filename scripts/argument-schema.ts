import { toJsonSchema, type JsonSchema } from '@valibot/to-json-schema';
import { AMOUNTS, CHECK_TYPE, MOST_AMOUNT } from '#wire/incoming';
import type { GenericSchema } from 'valibot';

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
  metadata: { readonly map?: unknown; readonly wireObject?: unknown; readonly list?: unknown },
): JsonSchema {
  const { map, wireObject, list } = metadata;
  if (map === true) return { type: 'object' };
  if (typeof wireObject !== 'string') return {};
  const object = objectOf(wireObject, fieldsOf(method));
  if (typeof list !== 'string') return object;
  return { anyOf: [objectOf(list, { objects: { type: 'array', items: object } }), { type: 'array', items: object }] };
}

/** What is checked of the fields of any object: amounts, and hints, of which only the conductor's own begin with an underscore. */
const fieldsOf = (method: string): Readonly<Record<string, JsonSchema>> => ({
  ...Object.fromEntries([...AMOUNTS].toSorted().map((name) => [name, { minimum: 0, maximum: MOST_AMOUNT }])),
  scheduler_hints: {
    propertyNames: { pattern: method === 'rebuild_instance' ? `^(?:[^_]|${CHECK_TYPE}$)` : '^[^_]' },
  },
});

/** A versioned object on the wire: its fields are those of the version it names, some of which are checked. */
const objectOf = (name: string, fields: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: 'object',
  title: name,
  properties: {
    'nova_object.name': { const: name },
    'nova_object.namespace': { const: 'nova' },
    'nova_object.version': { type: 'string', pattern: String.raw`^\d+\.\d+$` },
    'nova_object.data': { type: 'object', properties: { ...fields } },
    'nova_object.changes': { type: 'array', items: { type: 'string' } },
  },
  required: ['nova_object.name', 'nova_object.namespace', 'nova_object.version', 'nova_object.data'],
});
