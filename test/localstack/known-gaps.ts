/** Where the emulator differs from the service, what this means for a test against it, and which tests stand in. */
interface KnownGap {
  readonly what: string;
  readonly consequence: string;
  /** Title of the test in emulator.test.ts that fails once the gap is mended; `none` and why, where no test notices. */
  readonly waits: `still has the gap ${string}` | `none: ${string}`;
  /** The test, mostly on our own runner, of what the gap leaves open here. */
  readonly coveredBy: { readonly file: `test/${string}.test.ts`; readonly title: string };
}

/**
 * Found by trying, at version 1.5.33 of ministack.
 *
 * A house rule holds the titles to the tests that there are; our own runner is held to
 * the service's recorded behaviour.
 */
export const KNOWN_GAPS = {
  'lambda-error-names': {
    what: 'every error of a Node function arrives as Runtime.HandlerError, with its message and without its name',
    consequence:
      'Retry and Catch by name never match: only the paths without errors and those by States.ALL are driven, and a test waits until no step of its own has a passing reason to fail; fitted-definitions.ts has cold-migrate hand a resize across cells over by the name that arrives',
    waits: 'still has the gap lambda-error-names',
    coveredBy: {
      file: 'test/local/runner/retry.test.ts',
      title: 'fails its task with what Lambda makes of an exception',
    },
  },
  'heartbeat-seconds': {
    what: 'HeartbeatSeconds is ignored; TimeoutSeconds ends a wait for a task token as it must',
    consequence: 'no test waits for a missed heartbeat',
    waits: 'still has the gap heartbeat-seconds',
    coveredBy: {
      file: 'test/local/runner/task-tokens.test.ts',
      title: 'that is missed times the task out, and is known by both names',
    },
  },
  'computed-timeouts': {
    what: 'a wait for a task token fails with States.Runtime when its TimeoutSeconds is an expression',
    consequence: 'fitted-definitions.ts puts a number into the deployed definitions',
    waits: 'still has the gap computed-timeouts',
    coveredBy: { file: 'test/local/runner/task-tokens.test.ts', title: 'waits as long as an expression says' },
  },
  'same-name-while-running': {
    what: 'StartExecution with the name and input of a running execution fails with ExecutionAlreadyExists',
    consequence: 'a repeated delivery is recognised by the stored digest, as after the end of the execution',
    waits: 'still has the gap same-name-while-running',
    coveredBy: {
      file: 'test/local/runner/start-execution.test.ts',
      title: 'answers a repeat for the execution that runs under the name with the same input',
    },
  },
  'no-redrive': {
    what: 'RedriveExecution is unknown',
    consequence: 'a failed execution cannot be redriven',
    waits: 'still has the gap no-redrive',
    coveredBy: {
      file: 'test/local/runner/redrive.test.ts',
      title: 'goes on in the failed state with its input and variables, and keeps what succeeded',
    },
  },
  'redrive-count': {
    what: '$states.context.Execution.RedriveCount does not exist',
    consequence: 'a definition that reads it fails with States.QueryEvaluationError',
    waits: 'still has the gap redrive-count',
    coveredBy: {
      file: 'test/local/runner/redrive.test.ts',
      title: 'lets expressions read how often the execution was redriven',
    },
  },
  'no-metric-math': {
    what: 'alarms over expressions are refused, and composite alarms and metric filters do not exist',
    consequence: 'alarms are one metric each, in accounts too',
    waits: 'none: no client of CloudWatch is among our packages',
    coveredBy: { file: 'test/lib/alarms.test.ts', title: 'are about one metric each, not about expressions' },
  },
  'no-principals': {
    what: 'SenderId is the account number for every sender, and policies are not enforced',
    consequence: 'the app is deployed with requirePrincipals=false; grants are asserted on templates',
    waits: 'still has the gap no-principals',
    coveredBy: { file: 'test/security/principals.test.ts', title: 'answers an Instance.save of %s' },
  },
  'queue-addresses': {
    what: "functions are given the service's queue addresses; requests to these are turned to the emulator inside Node",
    consequence: 'the SQS client logs a warning unless it ignores the host of a queue address',
    waits: 'none: only the deployed functions meet it',
    coveredBy: {
      file: 'test/adapters/sqs/client.test.ts',
      title: 'goes to its endpoint, whatever host a queue address names, and warns of nothing',
    },
  },
} as const satisfies Record<string, KnownGap>;
