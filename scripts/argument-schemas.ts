import { computeTask } from '#task-rpc/methods/list';
import { argumentSchema } from './argument-schema.ts';

/** One JSON Schema of the arguments for each compute_task method, as text by the name of its file. */
export const argumentSchemas = (): Map<string, string> =>
  new Map(
    Object.entries(computeTask.methods).map(([method, { schema }]) => {
      const described = {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        title: `Arguments of ${method}`,
        description: `compute_task up to ${computeTask.version}; written by npm run schemas from functions/task-rpc/methods`,
        ...argumentSchema(schema, method),
      };
      return [`${method.replaceAll('_', '-')}.json`, `${JSON.stringify(described, undefined, 2)}\n`];
    }),
  );
