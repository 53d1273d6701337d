import type { JsonMap } from './json.ts';

/** How a state machine's execution stands. */
export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** What a started name turned out to be. */
export type Started = 'started' | 'running-with-same-input' | 'exists';

/**
 * The workflows: Step Functions, or the runner.
 *
 * @throws ExecutionsThrottled when the same call may be tried again
 */
export interface Executions {
  /** Starts a workflow (`build`, `launch`, …) under a name of at most 80 characters. */
  start(workflow: string, name: string, input: JsonMap): Promise<Started>;
  /** Undefined when there is no execution of that name. */
  status(workflow: string, name: string): Promise<ExecutionStatus | undefined>;
  /** Completes a waiting Task. A token nobody waits for any more counts as answered. */
  succeed(token: string, output: JsonMap): Promise<void>;
  /** Fails a waiting Task under a name that its Catch knows. A token nobody waits for any more counts as answered. */
  fail(token: string, error: string, cause: string): Promise<void>;
}

/** The service refused the request for now. */
export class ExecutionsThrottled extends Error {
  override readonly name = 'ExecutionsThrottled' as const;
}
