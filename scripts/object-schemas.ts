import type { JsonSchema } from '@valibot/to-json-schema';
import { registry } from '#objects/registry';
import type { AnyType, Field } from '#objects/versioned/any-object';

/** Where the objects stand, as the schemas of arguments name it. */
export const OBJECTS = 'objects.json';

/** An object of a type, or of one that extends it. */
export function objectReference(name: string, subclasses = false): JsonSchema {
  const names = subclasses ? [name, ...extending(name)] : [name];
  const references = names.map((each) => ({ $ref: `${OBJECTS}#/$defs/${each}` }));
  return references.length === 1 ? { ...references[0] } : { anyOf: references };
}

const extending = (name: string): string[] =>
  [...registry.values()].flatMap((type) => (type.bases.includes(name) ? [type.name] : []));

/** Every object on the wire: the name, the versions that are served, and each field with its type. */
export const objectSchemas = (): Readonly<Record<string, JsonSchema>> =>
  Object.fromEntries([...registry.values()].map((type) => [type.name, objectSchema(type)]));

function objectSchema(type: AnyType): JsonSchema {
  const fields = type.fieldList.map(([name, field]): [string, JsonSchema] => [name, fieldSchema(field)]);
  return {
    type: 'object',
    title: type.name,
    description: `${type.name} ${type.version} and what came before it`,
    properties: {
      'nova_object.name': { const: type.name },
      'nova_object.namespace': { const: 'nova' },
      'nova_object.version': { type: 'string', pattern: servedVersions(type.version) },
      // Fields that nobody knows are left alone, as Nova leaves them.
      'nova_object.data': { type: 'object', properties: Object.fromEntries(fields) },
      'nova_object.changes': { type: 'array', items: { type: 'string' } },
    },
    required: ['nova_object.name', 'nova_object.namespace', 'nova_object.version', 'nova_object.data'],
  };
}

/** Versions of the same major and no newer minor; a third part says nothing. */
function servedVersions(version: string): string {
  const [major = '1', minor = '0'] = version.split('.');
  const minors = Array.from({ length: Number(minor) + 1 }, (_, each) => each).join('|');
  return String.raw`^${major}\.(?:${minors})(?:\.\d+)?$`;
}

/** Types of fields whose form on the wire is one of JSON's own; all others are text, or a form of Nova's own. */
const OF_JSON: Readonly<Record<string, JsonSchema>> = {
  Boolean: { type: 'boolean' },
  FlexibleBoolean: {},
  Integer: { type: 'integer' },
  Float: { type: 'number' },
  NetworkModel: {},
  NetworkVIFModel: {},
};

function fieldSchema(field: Field<unknown>): JsonSchema {
  const own = valueSchema(field);
  return field.nullable || field.fallback !== undefined ? { anyOf: [own, { type: 'null' }] } : own;
}

function valueSchema({ type, object, subclasses, element, values }: Field<unknown>): JsonSchema {
  if (object !== undefined) return objectReference(object, subclasses);
  const items = element === undefined ? {} : fieldSchema(element);
  if (type === 'List' || type === 'Set') return { type: 'array', items };
  if (type === 'Dict') return { type: 'object', additionalProperties: items };
  const known = OF_JSON[type];
  if (known !== undefined) return known;
  return { type: 'string', ...(values === undefined ? {} : { examples: [...values] }) };
}
