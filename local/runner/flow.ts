import type { Graph, State } from './definition.ts';
import type { Engine, Transition } from './engine.ts';
import { Failure } from './failure.ts';
import type { History } from './history.ts';
import type { Json, JsonObject } from './json.ts';
import type { Frame } from './kept-execution.ts';
import type { Scope } from './scope.ts';

/** The execution, as its flows see it. */
export interface Run {
  readonly engine: Engine;
  readonly executionArn: string;
  readonly history: History;
  /** `Execution` and `StateMachine` of the context object. */
  readonly context: JsonObject;
  /** Enters a state, does what its type says, and leaves it. @throws Failure, Cancelled */
  runState(flow: Flow, state: State, resuming: boolean): Promise<Exit>;
  countTransition(kind: Transition['kind'], state: string): void;
  countInvocation(): void;
}

/** How a flow leaves a state. */
export interface Exit {
  readonly output: Json;
  readonly variables: JsonObject;
  /** Undefined at the end of the graph. */
  readonly next: string | undefined;
}

/** A task that has a deadline, while it waits. */
export interface Deadline {
  readonly at: number;
  /** Records that it has passed. */
  expire(): void;
}

/** One walk through a graph of states: the execution itself, or an iteration of a Map. */
export class Flow {
  readonly run: Run;
  readonly scope: Scope;
  readonly frame: Frame;
  /** Members of the context object that hold inside a Map. */
  readonly mapContext: JsonObject;
  /** Id of the event that the next one follows. */
  lastEvent: number;
  /** The state that the flow is in, for the events of an abort. */
  current: State | undefined;
  deadline: Deadline | undefined;
  #resuming: boolean;

  constructor(
    run: Run,
    scope: Scope,
    frame: Frame,
    at: { lastEvent: number; resuming: boolean; mapContext: JsonObject },
  ) {
    this.run = run;
    this.scope = scope;
    this.frame = frame;
    this.lastEvent = at.lastEvent;
    this.mapContext = at.mapContext;
    this.#resuming = at.resuming;
  }

  /** @throws Cancelled when the flow is over: nothing happens in it any more */
  record(type: string, details?: JsonObject, previous: number = this.lastEvent): number {
    this.scope.check();
    this.lastEvent = this.run.history.record(type, previous, details);
    return this.lastEvent;
  }

  /**
   * Walks on from the frame's state to the end, and answers the last output.
   *
   * @throws Failure that nobody caught, Cancelled
   */
  async walk(graph: Graph): Promise<Json> {
    for (;;) {
      const state = graph.states.get(this.frame.state);
      if (state === undefined) throw new Failure('States.Runtime', `there is no state ${this.frame.state}`);
      this.current = state;
      const resuming = this.#resuming && this.frame.enteredEvent !== undefined;
      this.#resuming = false;
      const exit = await this.run.runState(this, state, resuming);
      this.scope.check();
      this.current = undefined;
      delete this.frame.enteredEvent;
      delete this.frame.iterations;
      this.frame.variables = exit.variables;
      if (exit.next === undefined) {
        this.frame.done = { output: exit.output };
        return exit.output;
      }
      this.frame.state = exit.next;
      this.frame.input = exit.output;
    }
  }

  /** Records that the flow was given up because of a failure elsewhere, after the event with that id. */
  recordAbort(previous: number): void {
    if (this.current?.type === 'Task' || this.current?.type === 'Wait' || this.current?.type === 'Map') {
      this.run.history.record(`${this.current.type}StateAborted`, previous);
    }
  }
}
