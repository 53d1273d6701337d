import { getMetadata, type GenericSchema } from 'valibot';

/** A JSON Schema, as far as arguments of methods need it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const isSchema = (value: unknown): value is GenericSchema =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'schema' && 'type' in value;

const inner = (schema: GenericSchema, name: string): GenericSchema => {
  const value: unknown = Reflect.get(schema, name);
  if (isSchema(value)) return value;
  throw new Error(`a schema of type ${schema.type} has no ${name}: teach scripts/argument-schema.ts about it`);
};

const SIMPLE: Readonly<Record<string, JsonSchema>> = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  number: { type: 'number' },
  unknown: {},
  custom: {},
};

/**
 * The JSON Schema (draft 2020-12) of an argument schema.
 *
 * @throws Error for a kind of schema that no method has used so far
 */
export function argumentSchema(schema: GenericSchema): JsonSchema {
  const simple = SIMPLE[schema.type];
  const told = metadataSchema(getMetadata(schema));
  if (told !== undefined) return told;
  if (simple !== undefined) return simple;
  switch (schema.type) {
    case 'strict_object':
      return objectSchema(schema);
    case 'array':
      return { type: 'array', items: argumentSchema(inner(schema, 'item')) };
    case 'record':
      return { type: 'object', additionalProperties: argumentSchema(inner(schema, 'value')) };
    case 'nullable':
      return { anyOf: [argumentSchema(inner(schema, 'wrapped')), { type: 'null' }] };
    case 'optional': {
      const value: unknown = Reflect.get(schema, 'default');
      return { ...argumentSchema(inner(schema, 'wrapped')), ...(value === undefined ? {} : { default: value }) };
    }
    case 'union': {
      const options: unknown = Reflect.get(schema, 'options');
      return { anyOf: Array.isArray(options) ? options.filter(isSchema).map(argumentSchema) : [] };
    }
    default:
      throw new Error(`no JSON Schema for ${schema.type}: teach scripts/argument-schema.ts about it`);
  }
}

function objectSchema(schema: GenericSchema): JsonSchema {
  const listed: unknown = Reflect.get(schema, 'entries');
  const entries = Object.entries(typeof listed === 'object' && listed !== null ? listed : {}).flatMap(
    ([name, value]: [string, unknown]) => (isSchema(value) ? [[name, value] as const] : []),
  );
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, value]) => [name, argumentSchema(value)])),
    required: entries.filter(([, value]) => value.type !== 'optional').map(([name]) => name),
    additionalProperties: false,
  };
}

function metadataSchema(metadata: Readonly<Record<string, unknown>>): JsonSchema | undefined {
  const { wireObject, list } = metadata;
  if (metadata['map'] === true) return { type: 'object' };
  if (typeof wireObject !== 'string') return undefined;
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
