import { type App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ApiStack } from './api-stack.ts';
import { ApiStateStack } from './api-state-stack.ts';
import { CellStack } from './cell-stack.ts';
import { CellStateStack } from './cell-state-stack.ts';
import { CELL0, Names } from './names.ts';

/** The stacks of one deployment: those that hold state stand apart from those that run. */
export interface Deployment {
  readonly apiState: ApiStateStack;
  readonly api: ApiStack;
  /** By the name of the cell, cell0 included. */
  readonly cellStates: ReadonlyMap<string, CellStateStack>;
  /** By the name of the cell; nothing runs for cell0. */
  readonly cells: ReadonlyMap<string, CellStack>;
}

/**
 * Adds the API level and the cells, as the context says, and checks them with cdk-nag.
 *
 * @throws Error when the context names no cell, or one twice, or a notification setting that there is not.
 */
export function addDeployment(app: App): Deployment {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const context = (key: string): unknown => app.node.tryGetContext(key);
  const names = new Names(text(context('deployment')) ?? 'nova-conductor');
  const settings = {
    tracing: isOn(context('tracing') ?? false),
    requirePrincipals: isOn(context('requirePrincipals') ?? true),
    notificationFormat: oneOf(context, 'notificationFormat', ['unversioned', 'versioned', 'both']),
    notifyOnStateChange: oneOf(context, 'notifyOnStateChange', ['', 'vm_state', 'vm_and_task_state']),
  };
  Tags.of(app).add('deployment', names.prefix);
  const apiState = new ApiStateStack(app, names.stateStack(), { names });
  const api = new ApiStack(app, names.of('api'), { names, settings });
  api.addStackDependency(apiState);
  const cellStates = new Map<string, CellStateStack>();
  const cells = new Map<string, CellStack>();
  for (const cell of [CELL0, ...cellsOf(context('cells'))]) {
    const state = new CellStateStack(app, names.stateStack(cell), { names, cell });
    // The key and the topic are known by name, so nothing else tells which stack comes first.
    state.addStackDependency(apiState);
    cellStates.set(cell, state);
    if (cell === CELL0) continue;
    const stack = new CellStack(app, names.cell(cell), { names, cell, settings });
    stack.addStackDependency(state);
    cells.set(cell, stack);
  }
  return { apiState, api, cellStates, cells };
}

/** A context key set on the command line arrives as text. */
function isOn(value: unknown): boolean {
  return value === true || value === 'true';
}

/** One of the values that a context key may have; without it the first. */
function oneOf(context: (key: string) => unknown, key: string, values: readonly string[]): string {
  const given: unknown = context(key) ?? values[0];
  const found = values.find((value) => value === given);
  if (found !== undefined) return found;
  throw new Error(`context "${key}" is ${JSON.stringify(given)}: it may be ${values.filter(Boolean).join(', ')}`);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function cellsOf(value: unknown): readonly string[] {
  const listed: readonly unknown[] = Array.isArray(value) ? value : (text(value) ?? '').split(',');
  const cells = listed.filter((cell) => typeof cell === 'string' && cell !== '').map(String);
  if (cells.length === 0 || new Set([CELL0, ...cells]).size !== cells.length + 1) {
    throw new Error(`context "cells" is [${cells.join(', ')}]: name each cell once, and cell0 not at all`);
  }
  return cells;
}
