import type { Clock } from '#ports/clock';
import type { Json } from './json.ts';
import type { Journal } from './kept-execution.ts';
import type { TaskTokens } from './task-tokens.ts';

/** Who calls a function, for stand-ins that answer by state. */
export interface InvokeOptions {
  /** Aborted when nobody waits for the answer any more: a timeout, a stopped execution. */
  readonly signal: AbortSignal;
  readonly executionArn: string;
  readonly state: string;
  /** 0 for the first attempt of a visit to the state. */
  readonly retryCount: number;
}

/**
 * Runs a function. A thrown Error becomes what Lambda makes of an exception: its name is the error, and the cause is
 * JSON text; errors named `Lambda.…` keep their message as the cause, and a TaskFailure says both itself.
 */
export type Invoke = (functionArn: string, payload: Json, options: InvokeOptions) => Promise<Json>;

export interface Transition {
  readonly kind: 'entered' | 'retried' | 'redriven';
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly state: string;
}

export interface StartedExecution {
  readonly executionArn: string;
  readonly startDate: Date;
}

/** What executions need of the runner around them. */
export interface Engine {
  readonly clock: Clock;
  readonly random: () => number;
  readonly invoke: Invoke;
  readonly tokens: TaskTokens;
  /** Makes an ARN of a bare function name. */
  readonly functionArn: (name: string) => string;
  readonly startExecution: (request: {
    stateMachineArn: string;
    name?: string;
    input?: string;
  }) => Promise<StartedExecution>;
  readonly onTransition: (transition: Transition) => void;
  readonly journal: Journal | undefined;
}
