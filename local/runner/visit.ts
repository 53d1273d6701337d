import type { Amount, Catcher, Results, State } from './definition.ts';
import { checkSize, Failure } from './failure.ts';
import type { Exit, Flow } from './flow.ts';
import type { Json, JsonObject } from './json.ts';
import { evaluateTemplate, EvaluationError, unexpectedType, type Template } from './template.ts';

/** What `$states` holds beside the input and the context. */
type Known = { readonly result?: Json; readonly errorOutput?: Json };

/** One stay in a state: from its entered event to its exited event, retries included. */
export class Visit {
  readonly flow: Flow;
  readonly state: State;
  readonly enteredEvent: number;
  /** A redrive went on in this state without entering it. */
  readonly resumed: boolean;
  /** Task and map members of the context object, while they hold. */
  readonly context: JsonObject;
  retryCount = 0;
  readonly #enteredTime: string;
  readonly #eventBefore: number;

  /** @param resuming a redriven Task or Map goes on in the state that it is in, without entering it again */
  constructor(flow: Flow, state: State, resuming: boolean) {
    this.flow = flow;
    this.state = state;
    this.context = { ...flow.mapContext };
    this.#enteredTime = new Date(flow.run.engine.clock.now()).toISOString();
    this.#eventBefore = flow.lastEvent;
    const entered = flow.frame.enteredEvent;
    this.resumed = resuming && (state.type === 'Task' || state.type === 'Map');
    this.enteredEvent =
      this.resumed && entered !== undefined
        ? entered
        : flow.record(`${state.type}StateEntered`, { input: this.input, name: state.name });
    flow.frame.enteredEvent = this.enteredEvent;
    flow.run.countTransition(this.enteredEvent === entered ? 'redriven' : 'entered', state.name);
  }

  get input(): Json {
    return this.flow.frame.input;
  }

  /** @throws Failure States.QueryEvaluationError, recorded as the service records it */
  async evaluate(template: Template, known: Known = {}): Promise<Json> {
    if (template.kind === 'literal') return template.value;
    const { run, frame } = this.flow;
    const state = { Name: this.state.name, EnteredTime: this.#enteredTime };
    const retries = 'retry' in this.state ? { RetryCount: this.retryCount } : {};
    const context = { ...run.context, State: { ...state, ...retries }, ...this.context };
    const states: JsonObject = { input: frame.input, context, ...known };
    try {
      return await evaluateTemplate(template, { ...frame.variables, states });
    } catch (error) {
      if (error instanceof EvaluationError) throw this.evaluationFailure(error);
      throw error;
    }
  }

  /** The failing expression follows what came before the state, unless something has happened in it since. */
  evaluationFailure(error: EvaluationError, previous = this.#beforeExpression()): Failure {
    const cause = `An error occurred while executing the state '${this.state.name}' (entered at the event id #${this.enteredEvent}). ${error.message}`;
    const failure = new Failure('States.QueryEvaluationError', cause, { cause: error });
    const location = error.location === undefined ? {} : { location: error.location };
    this.flow.record('EvaluationFailed', { ...failure.details, ...location, state: this.state.name }, previous);
    return failure;
  }

  /** @throws Failure when the expression gives no integer from `least` up */
  async amount(amount: Amount, least: number): Promise<number> {
    if (typeof amount === 'number') return amount;
    const value = await this.evaluate(amount);
    if (typeof value === 'number' && Number.isInteger(value) && value >= least) return value;
    throw this.evaluationFailure(unexpectedType(amount, 'integer', value));
  }

  /** Evaluates Output and Assign (both see the values from the state's entry) and leaves the state. */
  async exit(results: Results, otherwise: Json, known: Known, next: string | undefined): Promise<Exit> {
    const { frame } = this.flow;
    const output = results.output === undefined ? otherwise : await this.evaluate(results.output, known);
    const assigned = results.assign === undefined ? undefined : await this.evaluate(results.assign, known);
    checkSize(output, this.state.name);
    const details: JsonObject = { name: this.state.name, output };
    let variables = frame.variables;
    if (assigned !== undefined && typeof assigned === 'object' && assigned !== null && !Array.isArray(assigned)) {
      for (const value of Object.values(assigned)) checkSize(value, this.state.name);
      variables = { ...variables, ...assigned };
      if (Object.keys(assigned).length > 0) details['assigned'] = assigned;
    }
    this.flow.record(`${this.state.type}StateExited`, details);
    return { output, variables, next };
  }

  caught(catcher: Catcher, failure: Failure): Promise<Exit> {
    const errorOutput = failure.errorOutput;
    return this.exit(catcher, errorOutput, { errorOutput }, catcher.next);
  }

  #beforeExpression(): number {
    return this.flow.lastEvent === this.enteredEvent ? this.#eventBefore : this.flow.lastEvent;
  }
}
