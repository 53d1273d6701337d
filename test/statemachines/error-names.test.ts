import { describe, expect, test } from 'vitest';
import * as errors from '#errors';
import { definitionOf, STATE_MACHINES } from '#statemachines/definitions';

/** What our ports throw when the same call may be tried again. */
const TRANSIENT = [
  'TransactionConflict',
  'TableThrottled',
  'QueueThrottled',
  'ExecutionsThrottled',
  'ServiceNotReached',
  'PlacementAPIConnectFailure',
  'GlanceConnectionFailed',
  'CinderConnectionFailed',
];

/**
 * What Lambda answers while it makes a function ready anew that was not called for weeks, in the subnets of a VPC too, or that
 * is just being deployed (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html).
 */
const NOT_READY = [
  'Lambda.CodeArtifactUserPendingException',
  'Lambda.EC2ThrottledException',
  'Lambda.EC2UnexpectedException',
  'Lambda.ENILimitReachedException',
  'Lambda.ResourceConflictException',
  'Lambda.ResourceNotReadyException',
  'Lambda.SubnetIPAddressLimitReachedException',
];

/** Names that the services give, and those of our ports and of computes. */
const KNOWN = [
  /^States\.(?:ALL|Timeout|HeartbeatTimeout|TaskFailed)$/u,
  /^Lambda\.(?:ClientExecutionTimeoutException|ServiceException|AWSLambdaException|SdkClientException|TooManyRequestsException|Unknown)$/u,
  /^Runtime\.ExitError$/u,
  /^Sandbox\.Timedout$/u,
  // What the reconciler ends a wait with.
  /^LookAtHost$/u,
  /^StepFunctions\.(?:SdkClientException|ThrottlingException|ExecutionLimitExceededException|AWSStepFunctionsException|ExecutionAlreadyExistsException)$/u,
  new RegExp(`^(?:${[...TRANSIENT, ...NOT_READY].join('|')})$`, 'u'),
];

interface Rule {
  readonly ErrorEquals: readonly string[];
}

interface Task {
  readonly name: string;
  readonly resource: string;
  readonly retry: readonly Rule[];
  readonly catches: readonly Rule[];
}

function tasks(value: unknown, name = ''): Task[] {
  if (typeof value !== 'object' || value === null) return [];
  const own =
    'Type' in value && value.Type === 'Task' && 'Resource' in value && typeof value.Resource === 'string'
      ? [{ name, resource: value.Resource, retry: rules(value, 'Retry'), catches: rules(value, 'Catch') }]
      : [];
  return [...own, ...Object.entries(value).flatMap(([key, inner]: [string, unknown]) => tasks(inner, key))];
}

function rules(state: object, which: 'Retry' | 'Catch'): Rule[] {
  const found: unknown = Object.entries(state).find(([key]) => key === which)?.[1];
  return Array.isArray(found) ? found : [];
}

/** Names of errors that nothing of what a Task calls can throw. */
function unknownErrors(all: readonly Task[]): string[] {
  const names = new Set(
    all.flatMap(({ retry, catches }) => [...retry, ...catches].flatMap((rule) => rule.ErrorEquals)),
  );
  return [...names].filter((name) => !Object.hasOwn(errors, name) && !KNOWN.some((pattern) => pattern.test(name)));
}

const machines = STATE_MACHINES.map((workflow) => ({ workflow, tasks: tasks(JSON.parse(definitionOf(workflow))) }));

/** What undoes or ends a move: when that fails, the execution stops where it is, to be seen and redriven. */
const UNDOING: ReadonlySet<string> = new Set(['Complete migration', 'Give up']);

describe.each(machines)('$workflow', ({ tasks: all }) => {
  test.each([
    ['transient errors of our ports', TRANSIENT],
    ['a function that is not ready', NOT_READY],
  ])('every Task that runs a function tries %s again', (_what, names) => {
    const without = all
      .filter(({ resource }) => resource.includes('lambda:invoke'))
      .filter(({ retry }) => !names.every((error) => retry.some(({ ErrorEquals }) => ErrorEquals.includes(error))));

    expect(without.map(({ name }) => name)).toEqual([]);
  });

  test('no Retry catches everything, and every Catch list ends in States.ALL but those of states that undo', () => {
    expect(all.filter(({ retry }) => retry.some(({ ErrorEquals }) => ErrorEquals.includes('States.ALL')))).toEqual([]);
    const open = all.filter(
      ({ resource, catches }) =>
        resource.includes('lambda:invoke') && catches.length > 0 && !catches.at(-1)?.ErrorEquals.includes('States.ALL'),
    );
    expect(open.map(({ name }) => name).filter((name) => !UNDOING.has(name))).toEqual([]);
  });

  test('every name of an error is one of the catalogue, of a port, or of a service', () => {
    expect(unknownErrors(all)).toEqual([]);
  });
});

test('a name that is misspelt in a Retry or a Catch is found', () => {
  const task: Task = {
    name: 'Begin',
    resource: 'arn:aws:states:::lambda:invoke',
    retry: [{ ErrorEquals: ['TableThrotled', 'States.Timeout'] }],
    catches: [{ ErrorEquals: ['NoValidHosts'] }, { ErrorEquals: ['NoValidHost'] }],
  };

  expect(unknownErrors([task])).toEqual(['TableThrotled', 'NoValidHosts']);
});
