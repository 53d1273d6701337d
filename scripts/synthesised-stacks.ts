import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { readFileSync } from 'node:fs';
import type { JsonMap } from '#ports/json';
import { addDeployment, type Deployment } from '../lib/deployment.ts';

type Context = JsonMap;

/** A resource of a template, as far as scripts read it. */
export interface SynthesisedResource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly Properties?: JsonMap;
}

/** A stack with its resources by their logical ids. */
export interface SynthesisedStack {
  readonly name: string;
  readonly resources: Readonly<Record<string, SynthesisedResource>>;
}

/** The stacks of a deployment by what they do, each kind in the order in which it may go: cells before the API level. */
export interface SynthesisedStacks {
  readonly runs: readonly SynthesisedStack[];
  readonly state: readonly SynthesisedStack[];
}

/** The context of cdk.json. */
export function writtenContext(): Context {
  const { context }: { context: Context } = JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8'));
  return context;
}

/** The app of a deployment without the code of its functions. @param outdir a temporary folder when left out */
export function appOf(context: Context, outdir?: string): { readonly app: App; readonly deployment: Deployment } {
  const app = new App({
    context: { ...context, 'aws:cdk:bundling-stacks': [] },
    ...(outdir === undefined ? {} : { outdir }),
  });
  return { app, deployment: addDeployment(app) };
}

export function synthesisedStacks({ api, apiState, cells, cellStates }: Deployment): SynthesisedStacks {
  return {
    runs: [...cells.values(), api].map(synthesised),
    state: [...cellStates.values(), apiState].map(synthesised),
  };
}

function synthesised(stack: Stack): SynthesisedStack {
  const { Resources = {} }: { Resources?: Record<string, SynthesisedResource> } = Template.fromStack(stack).toJSON();
  return { name: stack.stackName, resources: Resources };
}
