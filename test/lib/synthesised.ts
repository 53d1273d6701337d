import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { addDeployment, type Deployment } from '../../lib/deployment.ts';

/** An app that bundles no code; without an output directory the library takes a temporary one. */
export function appWith(context: Readonly<Record<string, unknown>> = {}): App {
  return new App({
    context: { cells: ['cell1', 'cell2'], 'aws:cdk:bundling-stacks': [], ...context },
  });
}

/** The templates of a deployment, by what the stack is for. */
export interface Templates {
  readonly deployment: Deployment;
  readonly apiState: Template;
  readonly api: Template;
  /** By the name of the cell, cell0 included. */
  readonly cellStates: ReadonlyMap<string, Template>;
  readonly cells: ReadonlyMap<string, Template>;
  /** Each of them, by the name of its stack. */
  readonly all: ReadonlyMap<string, Template>;
}

export function templatesWith(context?: Readonly<Record<string, unknown>>): Templates {
  const deployment = addDeployment(appWith(context));
  const all = new Map<string, Template>();
  const templateOf = (stack: Stack): Template => {
    const template = Template.fromStack(stack);
    all.set(stack.stackName, template);
    return template;
  };
  const byCell = (stacks: ReadonlyMap<string, Stack>) =>
    new Map([...stacks].map(([cell, stack]) => [cell, templateOf(stack)] as const));
  return {
    deployment,
    apiState: templateOf(deployment.apiState),
    api: templateOf(deployment.api),
    cellStates: byCell(deployment.cellStates),
    cells: byCell(deployment.cells),
    all,
  };
}

/** A resource of a template, as far as tests read it. */
export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly [attribute: string]: unknown;
}

export function resourcesOf(template: Template, type: string): readonly Resource[] {
  return Object.values(template.findResources(type)).map((resource) => ({ Type: type, ...resource }));
}

/** Tables as the library makes them, even with one replica. */
export const TABLE = 'AWS::DynamoDB::GlobalTable';

/** A property that is text in every template; references become their JSON. */
export function nameOf(resource: Resource, property: string): string {
  const value = resource.Properties?.[property];
  return typeof value === 'string' ? value : JSON.stringify(value);
}
