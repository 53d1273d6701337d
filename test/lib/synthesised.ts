import { App } from 'aws-cdk-lib';
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
  readonly api: Template;
  readonly cells: ReadonlyMap<string, Template>;
}

export function templatesWith(context?: Readonly<Record<string, unknown>>): Templates {
  const deployment = addDeployment(appWith(context));
  const cells = [...deployment.cells].map(([cell, stack]) => [cell, Template.fromStack(stack)] as const);
  return { deployment, api: Template.fromStack(deployment.api), cells: new Map(cells) };
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

/** A property that is text in every template; references become their JSON. */
export function nameOf(resource: Resource, property: string): string {
  const value = resource.Properties?.[property];
  return typeof value === 'string' ? value : JSON.stringify(value);
}
