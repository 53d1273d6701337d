import type { Resource } from './definition.ts';
import type { Fields } from './fields.ts';
import { isJsonObject } from './json.ts';

const FUNCTION_ARN = /^arn:[\w-]+:lambda:[\w-]*:\d*:function:[\w-]+(?::[\w$-]+)?$/;
const INTEGRATIONS: ReadonlyMap<string, Resource> = new Map<string, Resource>([
  ['lambda:invoke', { kind: 'invoke', waitsForToken: false }],
  ['lambda:invoke.waitForTaskToken', { kind: 'invoke', waitsForToken: true }],
  ['aws-sdk:sfn:startExecution', { kind: 'start-execution', service: 'sfn', errorPrefix: 'Sfn' }],
  ['states:startExecution', { kind: 'start-execution', service: 'states', errorPrefix: 'StepFunctions' }],
]);
const ARGUMENTS = {
  invoke: ['FunctionName', 'Payload', 'Qualifier'],
  'start-execution': ['StateMachineArn', 'Name', 'Input'],
} as const;

/** @throws InvalidDefinition for every integration but those that the state machines use */
export function loadResource(fields: Fields): Resource {
  const text = fields.text('Resource');
  const integration = INTEGRATIONS.get(/^arn:[\w-]+:states:::(.+)$/.exec(text)?.[1] ?? '');
  if (integration !== undefined) return integration;
  return FUNCTION_ARN.test(text) ? { kind: 'function', arn: text } : fields.refuse('Service integration', text);
}

/** A parameter that the runner does not act upon is refused, since the service would. */
export function refuseUnknownArguments(fields: Fields, resource: Resource): void {
  const source = fields.raw('Arguments');
  if (resource.kind === 'function' || !isJsonObject(source)) return;
  const known: readonly string[] = ARGUMENTS[resource.kind];
  const unknown = Object.keys(source).find((name) => !known.includes(name));
  if (unknown !== undefined) fields.refuse('Service integration', `the argument ${unknown}`);
}
