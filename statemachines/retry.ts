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
  // A function that was not called for weeks is made ready anew, in the subnets of a VPC too, or is just being
  // deployed.
  'Lambda.CodeArtifactUserPendingException',
  'Lambda.EC2ThrottledException',
  'Lambda.EC2UnexpectedException',
  'Lambda.ENILimitReachedException',
  'Lambda.ResourceConflictException',
  'Lambda.ResourceNotReadyException',
  'Lambda.SubnetIPAddressLimitReachedException',
  'Runtime.ExitError',
  'Sandbox.Timedout',
  'TableThrottled',
  'TransactionConflict',
  'QueueThrottled',
  'ExecutionsThrottled',
  // A service of a cloud gives nothing that can be used until it is back, or somebody has mended what is wrong
  // (ServiceUnusable).
  'ServiceNotReached',
  'PlacementAPIConnectFailure',
  'GlanceConnectionFailed',
  'CinderConnectionFailed',
  'ServiceMisconfigured',
  'NeutronAdminCredentialConfigurationInvalid',
  'CinderAPIVersionNotAvailable',
];

/**
 * For as long as it takes: an outage of hours costs time and ends no operation. With full jitter a delay of at most 600
 * seconds is 300 on average, so a Task that fails for six hours adds fewer than 300 of the 25,000 events that an
 * execution's history may have (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html). MaxAttempts
 * is the most that the language takes.
 */
const WITHOUT_END = {
  IntervalSeconds: 1,
  BackoffRate: 2,
  MaxAttempts: 99_999_999,
  MaxDelaySeconds: 600,
  JitterStrategy: 'FULL',
} as const;

/** Retriers by what they are for. */
export const RETRY = {
  /** A step, whether or not something stands behind it: that we were away leads to no undo and fails no execution. */
  step: { ErrorEquals: [...TRANSIENT, 'States.Timeout'], ...WITHOUT_END },
  /** A wait for a task token: its time-out is the moment to look at the host, and is caught. */
  wait: { ErrorEquals: TRANSIENT, ...WITHOUT_END },
  /**
   * Two requests that raced for a server: the other may be about to end. Without jitter, so that all its delays are
   * used.
   */
  raced: {
    ErrorEquals: ['InstanceInvalidState'],
    IntervalSeconds: 1,
    BackoffRate: 2,
    MaxAttempts: 6,
    MaxDelaySeconds: 10,
  },
  /** The execution before is about to end. Whoever waits for its turn does so for as long as it takes. */
  busy: { ErrorEquals: ['OperationBusy'], ...WITHOUT_END, MaxDelaySeconds: 60 },
  /** A host is silent while nobody reads what hosts say: an outage of ours ends no operation. */
  unread: { ErrorEquals: ['ComputeServiceUnread'], ...WITHOUT_END, MaxDelaySeconds: 60 },
  /** Many hosts have fallen silent at once, or nothing was ever heard of one: that is for a person to look at. */
  undecided: {
    ErrorEquals: ['ComputeServiceUndecided'],
    IntervalSeconds: 5,
    BackoffRate: 1.5,
    MaxAttempts: 14,
    MaxDelaySeconds: 30,
  },
  /** A host that may have a guest which nobody wants is asked again until it has answered, at the latest every hour. */
  untilAnswered: {
    ErrorEquals: ['MessagingTimeout'],
    ...WITHOUT_END,
    IntervalSeconds: 60,
    MaxDelaySeconds: 3600,
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
    ...WITHOUT_END,
  },
} satisfies Readonly<Record<string, Retrier>>;
