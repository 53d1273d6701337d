import { NovaError, ServiceUnusable } from '#errors';
import type { Failure } from '#conductor/fault';
import type { Json } from '#ports/json';
import type { Log } from '#ports/log';
import type { Services } from '#ports/services';
import { keepFailure } from '#operations/kept-failure';
import { plainText } from '#wire/reading';
import { stepFields } from './step-fields.ts';

/** What a caught state hands on: the error's name and its cause, which for our own errors is Lambda's JSON text. */
export interface CaughtError {
  readonly Error: string;
  readonly Cause: string;
}

/** What a Task passes to its function. */
export interface StepEvent<S> {
  readonly step: string;
  readonly state: S;
  /** Name of the execution, under which everything that it does is remembered. */
  readonly execution: string;
  /** There in a Task that waits for an answer. */
  readonly token?: string;
  /** There in a state that a Catch leads to. */
  readonly error?: CaughtError;
  /** How a wait ended, there in a state that follows one. */
  readonly outcome?: string;
  /** What each item of a Map answered, there in a state that follows one. */
  readonly results?: Json;
}

/**
 * One step of a workflow: reads, decides, writes, and answers the next state. A step names what it answers, so that a
 * field which no state has does not compile.
 */
export type Step<S> = (services: Services, event: StepEvent<S>) => Promise<object | void>;

/** The steps of a workflow by the name that its Tasks give; S is the state that the last of them has. */
export type Steps<S> = Readonly<Record<string, Step<S>>>;

/** What a step answers whose outcome its state machine goes by. */
export interface Ended<S> {
  readonly state: S;
  readonly outcome: string;
}

/** What a look at silent hosts answers. */
export interface Looked<S> extends Ended<S> {
  readonly verdict: 'settled' | 'wait' | 'order' | 'reschedule' | 'give-up' | 'complete';
}

/** What a last step answers. */
export interface Ending {
  readonly outcome: string;
  readonly host?: Json;
  /** Name of the error that the execution fails with. */
  readonly error?: string;
}

/** The function of a workflow: looks up the step that the Task state names. */
export const stepFunction =
  <S>(services: Services, steps: Steps<S>) =>
  async (event: StepEvent<S>): Promise<object> => {
    const step = Object.hasOwn(steps, event.step) ? steps[event.step] : undefined;
    if (step === undefined) throw new Error(`no step is called ${JSON.stringify(event.step)}`);
    const log = services.log.with(stepFields(event));
    const start = services.clock.now();
    const took = (outcome: string): void =>
      log.measure('step_latency', [services.clock.now() - start], 'Milliseconds', { step: event.step, outcome });
    try {
      refuse(event);
      const answer = (await step({ ...services, log, scheduler: logging(services.scheduler, log) }, event)) ?? {};
      took('done');
      return answer;
    } catch (error) {
      const { name, words } = thrownName(error);
      log.warn('step failed', { error: name, ...words });
      took('failed');
      if (error instanceof ServiceUnusable)
        await (await import('#operations/service-trouble')).noteTrouble({ ...services, log }, event.execution, error);
      throw words === undefined ? error : wordless(name);
    }
  };

/**
 * A request that was refused before it began carries the reason: its first step fails with it, and what the state
 * machine does about an error is said to its user.
 */
function refuse<S>({ state, error }: StepEvent<S>): void {
  const carried: unknown =
    typeof state === 'object' && state !== null && 'refused' in state ? state.refused : undefined;
  if (error !== undefined || typeof carried !== 'object' || carried === null) return;
  const { name, message }: { name?: unknown; message?: unknown } = carried;
  throw new RefusedRequest(plainText(name), plainText(message));
}

/** The error that a request was refused with; its words are Nova's or our own, and made for users. */
class RefusedRequest extends NovaError {
  override readonly name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** The name of what a step threw; its words for the log, where it is none of Nova's and users are not to read them. */
function thrownName(error: unknown): { readonly name: string; readonly words?: { readonly words: string } } {
  if (!(error instanceof Error)) return { name: 'unknown', words: { words: String(error) } };
  return error instanceof NovaError ? { name: error.name } : { name: error.name, words: { words: error.message } };
}

/** An error that says its name alone: what a step fails with stands in the history, in faults and in notifications. */
function wordless(name: string): Error {
  const error = new Error('');
  error.name = name;
  return error;
}

/** The scheduler, which logs its reasons in the lines of a step. */
const logging = (scheduler: Services['scheduler'], log: Log): Services['scheduler'] => ({
  selectDestinations: (request) => scheduler.selectDestinations({ ...request, log }),
});

/** A caught error as faults, events and notifications carry it. */
export const caughtFailure = (error: CaughtError): Failure => failureOf(error);

/** The message of a caught error, for people: what a Lambda error's cause quotes, else the cause itself. */
function causeMessage(error: CaughtError): string {
  try {
    const cause: { errorMessage?: unknown } = JSON.parse(error.Cause);
    return typeof cause.errorMessage === 'string' ? cause.errorMessage : error.Cause;
  } catch {
    return error.Cause;
  }
}

/** The same steps, keeping the errors of Nova's catalogue with their request for whoever answers its caller. */
export const keepingFailures = <S extends { readonly request: string }>(steps: Steps<S>): Steps<S> =>
  Object.fromEntries(
    Object.entries(steps).map(([name, step]): [string, Step<S>] => [
      name,
      async (services, event) => {
        try {
          return await step(services, event);
        } catch (error) {
          if (error instanceof NovaError) await keepFailure(services, event.state.request, error);
          throw error;
        }
      },
    ]),
  );

/**
 * The name and message of what a Catch caught. An error of a service, whose name has a dot, shows its name alone: its
 * words may quote addresses and rights of ours. Errors of steps that are none of Nova's have lost theirs before.
 */
export const failureOf = (error: CaughtError | undefined): Failure => ({
  name: error?.Error ?? 'Error',
  message: error === undefined || error.Error.includes('.') ? '' : causeMessage(error),
});
