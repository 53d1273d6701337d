import type { Retrier } from './retry.ts';
import type { Template } from './template.ts';

/** A state machine, checked and compiled. */
export interface Definition {
  readonly graph: Graph;
  readonly timeoutSeconds: number | undefined;
}

/** The states of a machine, or of a Map's item processor. */
export interface Graph {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

export type State = TaskState | MapState | ChoiceState | PassState | WaitState | SucceedState | FailState;

/** A number, or an expression that gives one. */
export type Amount = number | Template;

interface Named {
  readonly name: string;
}

/** What a state hands on, and what it remembers. */
export interface Results {
  readonly output: Template | undefined;
  readonly assign: Template | undefined;
}

interface Onward {
  /** Undefined where the state ends its graph. */
  readonly next: string | undefined;
}

export interface Catcher extends Results {
  readonly errorEquals: readonly string[];
  readonly next: string;
}

export interface Guarded {
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

/** What a Task calls. */
export type Resource =
  | { readonly kind: 'function'; readonly arn: string }
  | { readonly kind: 'invoke'; readonly waitsForToken: boolean }
  | { readonly kind: 'start-execution'; readonly service: 'sfn' | 'states'; readonly errorPrefix: string };

export interface TaskState extends Named, Results, Onward, Guarded {
  readonly type: 'Task';
  readonly resource: Resource;
  readonly arguments: Template | undefined;
  readonly timeoutSeconds: Amount | undefined;
  readonly heartbeatSeconds: Amount | undefined;
}

export interface MapState extends Named, Results, Onward, Guarded {
  readonly type: 'Map';
  readonly items: Template | undefined;
  readonly itemSelector: Template | undefined;
  readonly maxConcurrency: Amount;
  readonly itemProcessor: Graph;
}

export interface ChoiceRule extends Results {
  readonly condition: Template;
  readonly next: string;
}

export interface ChoiceState extends Named, Results {
  readonly type: 'Choice';
  readonly choices: readonly ChoiceRule[];
  readonly default: string | undefined;
}

export interface PassState extends Named, Results, Onward {
  readonly type: 'Pass';
}

export interface WaitState extends Named, Results, Onward {
  readonly type: 'Wait';
  readonly until:
    | { readonly kind: 'seconds'; readonly seconds: Amount }
    | { readonly kind: 'timestamp'; readonly timestamp: Template };
}

export interface SucceedState extends Named {
  readonly type: 'Succeed';
  readonly output: Template | undefined;
}

export interface FailState extends Named {
  readonly type: 'Fail';
  readonly error: Template | undefined;
  readonly cause: Template | undefined;
}
