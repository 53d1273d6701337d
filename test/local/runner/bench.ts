import { VirtualClock } from '#adapters/memory/virtual-clock';
import type { InvokeOptions, Transition } from '#local/runner/engine';
import type { Json, JsonObject } from '#local/runner/json';
import type { Journal } from '#local/runner/kept-execution';
import { StepFunctions, type DescribedExecution } from '#local/runner/runner';

/** What a function does: its own code, by name. */
export type FunctionCode = (payload: Json, options: InvokeOptions) => Json | Promise<Json>;

const MINUTE = 60_000;

/** What outlives a runner. */
interface Kept {
  readonly clock?: VirtualClock;
  readonly journal?: Journal;
}

/** A runner on a virtual clock, with functions by name. */
export class Bench {
  readonly clock: VirtualClock;
  readonly transitions: Transition[] = [];
  readonly runner: StepFunctions;
  #machines = 0;

  constructor(functions: Record<string, FunctionCode> = {}, random: () => number = () => 0.5, kept: Kept = {}) {
    this.clock = kept.clock ?? new VirtualClock();
    this.runner = new StepFunctions({
      clock: this.clock,
      random,
      journal: kept.journal,
      invoke: async (arn, payload, options) => {
        const code = functions[arn.split(':')[6] ?? ''];
        if (code === undefined)
          throw Object.assign(new Error(`no ${arn}`), { name: 'Lambda.ResourceNotFoundException' });
        return code(payload, options);
      },
      onTransition: (transition) => this.transitions.push(transition),
    });
  }

  /** Waits until nobody waits for its answer. */
  readonly hang = (signal: AbortSignal): Promise<Json> =>
    this.clock.idle(
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('given up')));
      }),
    );

  async machine(states: JsonObject, more: JsonObject = {}): Promise<string> {
    this.#machines += 1;
    const { stateMachineArn } = await this.runner.createStateMachine({
      name: `machine-${this.#machines}`,
      definition: definition(states, more),
    });
    return stateMachineArn;
  }

  /** Starts an execution and lets it come to rest at the present time. */
  async start(stateMachineArn: string, input: Json = {}): Promise<string> {
    const { executionArn } = await this.runner.startExecution({ stateMachineArn, input: JSON.stringify(input) });
    await this.clock.settle();
    return executionArn;
  }

  /** Runs the execution to its end. */
  async end(executionArn: string): Promise<DescribedExecution> {
    await this.clock.runUntil(this.runner.wait(executionArn), 1000 * MINUTE);
    return this.runner.describeExecution({ executionArn });
  }

  async types(executionArn: string): Promise<string[]> {
    const { events } = await this.runner.getExecutionHistory({ executionArn });
    return events.map((event) => event.type);
  }
}

export function definition(states: JsonObject, more: JsonObject = {}): JsonObject {
  return { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0] ?? '', States: states, ...more };
}

/** A Task that invokes the function; its result is the payload. */
export function task(functionName: string, more: JsonObject = { End: true }): JsonObject {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: functionName, Payload: '{% $states.input %}' },
    Output: '{% $states.result.Payload %}',
    ...more,
  };
}

/** A Task that hands its token to the function and waits for it to come back. */
export function waitingTask(functionName: string, more: JsonObject = {}): JsonObject {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Arguments: { FunctionName: functionName, Payload: '{% $states.context.Task.Token %}' },
    End: true,
    ...more,
  };
}

/** The payload that `waitingTask` hands over. */
export function tokenIn(payload: Json): string {
  if (typeof payload !== 'string') throw new Error('the payload is no token');
  return payload;
}

/** A function that remembers the tokens it was handed. */
export class TokenKeeper {
  readonly tokens: string[] = [];
  readonly code: FunctionCode = (payload) => {
    this.tokens.push(tokenIn(payload));
    return null;
  };

  get last(): string {
    return this.tokens.at(-1) ?? '';
  }
}

export function failing(name: string, message = 'no more'): FunctionCode {
  return () => {
    throw Object.assign(new Error(message), { name });
  };
}
