import type { HistoryEvent } from './history.ts';
import type { Json, JsonObject } from './json.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface Counters {
  /** States entered, retried and redriven: what the service bills. */
  readonly stateTransitions: number;
  readonly lambdaInvocations: number;
}

/** Where a flow stands: all that a redrive needs to go on from there. */
export interface Frame {
  state: string;
  input: Json;
  variables: JsonObject;
  /** Of an iteration: the item that it is for. */
  readonly item?: Json;
  /** Event under which the state was entered; absent until then. */
  enteredEvent?: number;
  /** The iterations of the Map that the flow is in. */
  iterations?: Frame[];
  /** The flow has come to its end with this. */
  done?: { readonly output: Json };
}

/** All that there is of an execution, as JSON has it; times in epoch milliseconds. */
export interface KeptExecution {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly inputText: string;
  readonly startTime: number;
  readonly status: ExecutionStatus;
  readonly output?: Json | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  readonly stopTime?: number | undefined;
  readonly redriveCount: number;
  readonly redriveTime?: number | undefined;
  readonly counters: Counters;
  readonly frame: Frame;
  readonly events: readonly HistoryEvent[];
}

/** An execution in which nothing has happened yet. */
export const newExecution = (
  begun: Pick<KeptExecution, 'executionArn' | 'stateMachineArn' | 'name' | 'inputText' | 'startTime'>,
  state: string,
  input: Json,
): KeptExecution => ({
  ...begun,
  status: 'RUNNING',
  redriveCount: 0,
  counters: { stateTransitions: 0, lambdaInvocations: 0 },
  frame: { state, input, variables: {} },
  events: [],
});

/** Where executions are kept so that a runner that starts again goes on with them. */
export interface Journal {
  /** Every execution that was kept, oldest first. */
  read(): readonly KeptExecution[];
  /** Keeps it as it is now; it is safe once this has returned. */
  keep(execution: KeptExecution): void;
}
