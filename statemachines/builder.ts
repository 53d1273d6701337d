/*
 * State machines as typed data. What is built is the Amazon States Language itself, in the subset of
 * docs/adr/0002-asl-subset.md
 * (https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html). In all types, `To` is
 * the union of the states that a state leads to, which `workflow` and `each` hold against the states that there are.
 */
import { LOOK_AT_HOST } from './look-at-host.ts';
import { pascalCase } from './pascal-case.ts';
import { RETRY, type Retrier } from './retry.ts';
import type {
  JsonObject,
  Catcher,
  Task,
  StepTask,
  StepEach,
  Choice,
  Pause,
  Succeed,
  Fail,
  State,
  Workflow,
} from './states.ts';

/** Fields of the state's input under their own names. */
export const fromInput = (...names: readonly string[]): JsonObject =>
  Object.fromEntries(names.map((name) => [name, `{% $states.input.${name} %}`]));

/** Fields of the step's answer under their own names. */
export const fromAnswer = (...names: readonly string[]): JsonObject =>
  Object.fromEntries(names.map((name) => [name, `{% $states.result.Payload.${name} %}`]));

/** The step's whole answer as the state from here on. */
export const ANSWER: JsonObject = { state: '{% $states.result.Payload %}' };

/** How a request ends that failed: the outcome and the name of the error. */
export const ended = (outcome: string): JsonObject => ({ outcome, error: '{% $states.input.error.Error %}' });

const EXECUTION: JsonObject = { execution: '{% $states.context.Execution.Name %}' };

/** `Caught` is the union of where errors lead to. */
interface StepOptions<Caught extends string, To extends string> {
  /** Seconds that the step may take: 60 if not given. */
  readonly seconds?: number;
  readonly retry?: readonly Retrier[];
  /** Fields of the input that the step gets besides `state`. */
  readonly passes?: readonly string[];
  readonly output?: JsonObject;
  readonly catches?: readonly Catcher<Caught>[];
  readonly next: To;
}

/** Runs a step; its answer is the state from here on. */
export const task =
  <const To extends string, const Caught extends string = never>(
    step: string,
    comment: string,
    options: StepOptions<Caught, To>,
  ): StepTask<Caught | To> =>
  (functionName) => ({
    Type: 'Task',
    Comment: comment,
    Resource: 'arn:aws:states:::lambda:invoke',
    TimeoutSeconds: options.seconds ?? 60,
    Arguments: {
      FunctionName: functionName,
      Payload: { step, ...fromInput('state', ...(options.passes ?? [])), ...EXECUTION },
    },
    Output: options.output ?? ANSWER,
    Retry: options.retry ?? [RETRY.step],
    ...(options.catches && { Catch: options.catches }),
    Next: options.next,
  });

/**
 * Runs a step that a caught error leads to, and hands it the error; once it fails itself, the execution fails and waits
 * to be redriven.
 */
export const cleanUp = <const To extends string>(
  step: string,
  comment: string,
  options: Omit<StepOptions<never, To>, 'passes' | 'retry' | 'catches'>,
): StepTask<To> => task(step, comment, { output: fromInput('state', 'error'), ...options, passes: ['error'] });

/**
 * The same for a step that gives something back; when that fails for good, the first error is reported all the same.
 */
export const undo = <const To extends string, const Caught extends string>(
  step: string,
  comment: string,
  options: { readonly next: To; readonly failed: Caught; readonly seconds?: number },
): StepTask<Caught | To> =>
  task(step, comment, {
    ...(options.seconds === undefined ? {} : { seconds: options.seconds }),
    output: fromInput('state', 'error'),
    passes: ['error'],
    catches: [{ ErrorEquals: ['States.ALL'], Output: fromInput('state', 'error'), Next: options.failed }],
    next: options.next,
  });

interface WaitOptions<Caught extends string, To extends string> {
  /** Field of the state with the seconds after which the wait times out. */
  readonly seconds: string;
  readonly output?: JsonObject;
  readonly catches: readonly Catcher<Caught>[];
  readonly next: To;
}

/** Hands a task token to a step and waits until the token is settled. */
export const wait =
  <const To extends string, const Caught extends string>(
    step: string,
    comment: string,
    options: WaitOptions<Caught, To>,
  ): StepTask<Caught | To> =>
  (functionName) => ({
    Type: 'Task',
    Comment: comment,
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    TimeoutSeconds: `{% $states.input.state.${options.seconds} %}`,
    Arguments: {
      FunctionName: functionName,
      Payload: { step, ...fromInput('state'), ...EXECUTION, token: '{% $states.context.Task.Token %}' },
    },
    Output: options.output ?? { ...fromInput('state'), outcome: '{% $states.result.outcome %}' },
    Retry: [RETRY.wait],
    Catch: options.catches,
    Next: options.next,
  });

/** Catches errors by their names; `more` is what the next state's input gets besides state and error. */
export const caught = <const To extends string>(
  errors: readonly string[],
  next: To,
  more: JsonObject = {},
): Catcher<To> => ({
  ErrorEquals: errors,
  Output: { ...fromInput('state'), error: '{% $states.errorOutput %}', ...more },
  Next: next,
});

/** Catches what is left. */
export const caughtAll = <const To extends string>(next: To): Catcher<To> => caught(['States.ALL'], next);

/** Catches the end of a wait in which nobody settled the token, and what the reconciler ends it with. */
export const timedOut = <const To extends string>(next: To): Catcher<To> =>
  caught(['States.Timeout', 'States.HeartbeatTimeout', LOOK_AT_HOST], next);

/**
 * What a wait for a host, or a look at one, leads to when it breaks for good: the host has its order and is not to
 * blame. Ten minutes later it is looked at, again and again until the step is mended. One round adds some ten events,
 * so an execution goes on for two weeks.
 */
export const pause = <const To extends string>(next: To): Pause<To> => ({
  Type: 'Wait',
  Comment: 'A step of ours has failed for good while the host is at work.',
  Seconds: 600,
  Output: fromInput('state'),
  Next: next,
});

/** Goes on by the value of a field of the input, `state.entry` for instance. */
export const choice = <const To extends string>(
  field: string,
  ways: Readonly<Record<string, To>>,
  otherwise: To,
): Choice<To> => ({
  Type: 'Choice',
  Choices: Object.entries(ways).map(([value, Next]: [string, To]) => ({
    Condition: `{% $states.input.${field} = '${value}' %}`,
    Next,
  })),
  Default: otherwise,
});

/** Starts an execution of another workflow and does not wait for it. */
export const start = <const To extends string>(options: {
  readonly workflow: string;
  readonly name: string;
  readonly input: JsonObject;
  /** Where it goes on when there is an execution of that name with another input already. */
  readonly startedBefore: To;
}): Task<To> => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::states:startExecution',
  TimeoutSeconds: 60,
  Arguments: {
    StateMachineArn: `\${${pascalCase(options.workflow)}StateMachineArn}`,
    Name: options.name,
    Input: options.input,
  },
  Output: {},
  Retry: [RETRY.start],
  Catch: [
    {
      ErrorEquals: ['StepFunctions.ExecutionAlreadyExistsException'],
      Output: {},
      Next: options.startedBefore,
    },
  ],
  End: true,
});

/** Runs a graph of its own for each item, at most `most` at a time. */
export const each =
  <const N extends string, const To extends string>(
    comment: string,
    options: {
      readonly items: string;
      readonly selector: JsonObject;
      readonly most: number | string;
      readonly startAt: NoInfer<N>;
      readonly states: Readonly<Record<N, StepTask<NoInfer<N>> | State<NoInfer<N>>>>;
      readonly output: JsonObject;
      readonly next: To;
    },
  ): StepEach<To> =>
  (functionName) => ({
    Type: 'Map',
    Comment: comment,
    Items: options.items,
    ItemSelector: options.selector,
    MaxConcurrency: options.most,
    ItemProcessor: {
      ProcessorConfig: { Mode: 'INLINE' },
      StartAt: options.startAt,
      States: namedFor(functionName, options.states),
    },
    Output: options.output,
    Next: options.next,
  });

/** The states of a graph, its Tasks with the function that runs their steps. */
function namedFor<N extends string>(
  functionName: string,
  states: Readonly<Record<N, StepTask<N> | StepEach<N> | State<N>>>,
): Record<string, State<N>> {
  const built = Object.entries<StepTask<N> | StepEach<N> | State<N>>(states).map(
    ([state, body]): [string, State<N>] => [state, typeof body === 'function' ? body(functionName) : body],
  );
  return Object.fromEntries(built);
}

/** Ends the execution well. */
export const succeed = (output?: JsonObject): Succeed => ({ Type: 'Succeed', ...(output && { Output: output }) });

/** Ends the execution as failed, to be redriven. */
export const fail = (error: string, cause: string): Fail => ({ Type: 'Fail', Error: error, Cause: cause });

/**
 * A state machine. A target that is not among its states does not compile.
 *
 * @param name in kebab-case, as the folder of its steps
 */
export function workflow<const N extends string>(
  name: string,
  comment: string,
  startAt: NoInfer<N>,
  states: Readonly<Record<N, StepTask<NoInfer<N>> | StepEach<NoInfer<N>> | State<NoInfer<N>>>>,
): Workflow {
  return {
    name,
    definition: {
      Comment: comment,
      QueryLanguage: 'JSONata',
      StartAt: startAt,
      States: namedFor(`\${${pascalCase(name)}FunctionArn}`, states),
    },
  };
}
