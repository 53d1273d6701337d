/** Tries a Task again after one of the errors; delays are in seconds. */
export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  readonly MaxAttempts: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL';
}

/** Errors of Lambda and of our ports after which the same call may be made again. */
const TRANSIENT = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'TableThrottled',
  'TransactionConflict',
  'QueueThrottled',
  'ExecutionsThrottled',
  // A service of a cloud gave no answer, or asked for patience.
  'ServiceNotReached',
];

const doubling = { IntervalSeconds: 1, BackoffRate: 2, JitterStrategy: 'FULL' } as const;

/** A step that something stands behind: an undo, or a state that ends the request in error. */
const step: Retrier = {
  ErrorEquals: [...TRANSIENT, 'States.Timeout'],
  ...doubling,
  MaxAttempts: 6,
  MaxDelaySeconds: 20,
};

/** Retriers by what they are for. */
export const RETRY = {
  step,
  /** A wait for a task token: its time-out is the moment to look at the host, and is caught. */
  wait: { ...step, ErrorEquals: TRANSIENT },
  /** A state that nothing stands behind: once it has failed, the execution fails and waits to be redriven. */
  last: { ...step, MaxAttempts: 8, MaxDelaySeconds: 60 },
  /** The execution that owns the server may be about to end. Without jitter, so that all its delays are used. */
  busy: {
    ErrorEquals: ['InstanceInvalidState'],
    IntervalSeconds: 1,
    BackoffRate: 2,
    MaxAttempts: 6,
    MaxDelaySeconds: 10,
  },
  /** The scheduler did not answer in time for one server. */
  scheduler: { ...step, ErrorEquals: ['MessagingTimeout'], MaxAttempts: 2 },
  /** The same for all servers of a request. */
  schedulerOfMany: {
    ErrorEquals: ['MessagingTimeout'],
    IntervalSeconds: 1,
    BackoffRate: 1,
    MaxAttempts: 2,
    JitterStrategy: 'FULL',
  },
  /** An execution that could not be started. */
  start: {
    ErrorEquals: [
      'StepFunctions.SdkClientException',
      'StepFunctions.ThrottlingException',
      'StepFunctions.ExecutionLimitExceededException',
      'StepFunctions.AWSStepFunctionsException',
      'States.Timeout',
    ],
    ...doubling,
    MaxAttempts: 8,
    MaxDelaySeconds: 30,
  },
} satisfies Readonly<Record<string, Retrier>>;
