import { computeTask } from '#task-rpc/methods/list';
import { argumentSchema } from './argument-schema.ts';
import { OBJECTS, objectSchemas } from './object-schemas.ts';

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

/**
 * One JSON Schema of the arguments for each compute_task method, and one of all objects,
 * as text by the name of its file.
 */
export const argumentSchemas = (): Map<string, string> =>
  new Map([
    ...Object.entries(computeTask.methods).map(([method, { schema }]): [string, string] => [
      `${method.replaceAll('_', '-')}.json`,
      text({
        $schema: DRAFT,
        title: `Arguments of ${method}`,
        description: `compute_task up to ${computeTask.version}; written by npm run schemas from functions/task-rpc/methods`,
        ...argumentSchema(schema, method),
      }),
    ]),
    [
      OBJECTS,
      text({
        $schema: DRAFT,
        title: 'Objects on the wire',
        description: 'Every field, type and version; written by npm run schemas from functions/objects',
        $defs: objectSchemas(),
      }),
    ],
  ]);

/** The same for the client, which checks what it sends: all in one, without what only people read. */
export function clientSchemas(): string {
  const methods = Object.entries(computeTask.methods).map(([method, { schema }]) => [
    method,
    argumentSchema(schema, method),
  ]);
  const whole = { methods: Object.fromEntries(methods), $defs: objectSchemas() };
  return `${JSON.stringify(whole, (key, value: unknown) => (isForPeople(key, value) ? undefined : value))}\n`;
}

/** A field may be called like a word of JSON Schema: its value is a schema then. */
const isForPeople = (key: string, value: unknown): boolean =>
  (['title', 'description'].includes(key) && typeof value === 'string') ||
  (key === 'examples' && Array.isArray(value)) ||
  (key === 'default' && (value === null || typeof value !== 'object'));

const text = (schema: object): string => `${JSON.stringify(schema, undefined, 2)}\n`;
