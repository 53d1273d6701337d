import type { Retrier } from './retry.ts';

/*
 * The states of the Amazon States Language as types, in the subset of docs/adr/0002-asl-subset.md. `To` is the union of
 * the states that a state leads to.
 */

/** A JSON value. */
type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object; a string in `{% … %}` is a JSONata expression. */
export interface JsonObject {
  readonly [name: string]: Json;
}

/** Goes on in another state after one of the errors. */
export interface Catcher<To extends string> {
  readonly ErrorEquals: readonly string[];
  readonly Output: JsonObject;
  readonly Next: To;
}

export interface Task<To extends string> {
  readonly Type: 'Task';
  readonly Comment?: string;
  readonly Resource: string;
  /** Seconds, or the expression that gives them. */
  readonly TimeoutSeconds: number | string;
  readonly Arguments: JsonObject;
  readonly Output: JsonObject;
  readonly Retry: readonly Retrier[];
  readonly Catch?: readonly Catcher<To>[];
  readonly Next?: To;
  readonly End?: true;
}

/** A Task that waits to hear of the function that runs its step: the workflow's own. */
export type StepTask<To extends string> = (functionName: string) => Task<To>;

/** The same of a Map, whose Tasks wait to hear of it. */
export type StepEach<To extends string> = (functionName: string) => Each<To>;

export interface Choice<To extends string> {
  readonly Type: 'Choice';
  readonly Choices: readonly { readonly Condition: string; readonly Next: To }[];
  readonly Default: To;
}

interface Each<To extends string> {
  readonly Type: 'Map';
  readonly Comment: string;
  readonly Items: string;
  readonly ItemSelector: JsonObject;
  /** A number, or the expression that gives it. */
  readonly MaxConcurrency: number | string;
  readonly ItemProcessor: Graph & { readonly ProcessorConfig: { readonly Mode: 'INLINE' } };
  readonly Output: JsonObject;
  readonly Next: To;
}

export interface Succeed {
  readonly Type: 'Succeed';
  readonly Output?: JsonObject;
}

export interface Pause<To extends string> {
  readonly Type: 'Wait';
  readonly Comment: string;
  readonly Seconds: number;
  readonly Output: JsonObject;
  readonly Next: To;
}

export interface Fail {
  readonly Type: 'Fail';
  readonly Error: string;
  readonly Cause: string;
}

export type State<To extends string> = Task<To> | Choice<To> | Each<To> | Pause<To> | Succeed | Fail;

interface Graph {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State<string>>>;
}

/** A state machine under the name that it shares with its function and the folder of its steps. */
export interface Workflow {
  readonly name: string;
  readonly definition: Graph & { readonly Comment: string; readonly QueryLanguage: 'JSONata' };
}
