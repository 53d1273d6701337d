import { toJsonSchema, type JsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';

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
}): JsonSchema {
  const { map, wireObject, list } = metadata;
  if (map === true) return { type: 'object' };
  if (typeof wireObject !== 'string') return {};
  if (typeof list !== 'string') return objectOf(wireObject);
  return { anyOf: [objectOf(list), { type: 'array', items: objectOf(wireObject) }] };
}

/** A versioned object on the wire: its fields are those of the version it names. */
const objectOf = (name: string): JsonSchema => ({
  type: 'object',
  title: name,
  properties: {
    'nova_object.name': { const: name },
    'nova_object.namespace': { const: 'nova' },
    'nova_object.version': { type: 'string', pattern: String.raw`^\d+\.\d+$` },
    'nova_object.data': { type: 'object' },
    'nova_object.changes': { type: 'array', items: { type: 'string' } },
  },
  required: ['nova_object.name', 'nova_object.namespace', 'nova_object.version', 'nova_object.data'],
});
