/** Where the emulator differs from the service, and what this means for a test against it. */
interface KnownGap {
  readonly what: string;
  readonly consequence: string;
}

/**
 * Found by trying, at version 1.5.33 of ministack; `emulator.test.ts` tells when one of the probed gaps is mended.
 *
 * Whatever is listed here is tested by the embedded runner instead, which is held to the service's recorded behaviour.
 */
export const KNOWN_GAPS = {
  'lambda-error-names': {
    what: 'every error of a Node function arrives as Runtime.HandlerError, with its message and without its name',
    consequence:
      'Retry and Catch by name never match: only the paths without errors and those by States.ALL are driven',
  },
  'heartbeat-seconds': {
    what: 'HeartbeatSeconds is ignored; TimeoutSeconds ends a wait for a task token as it must',
    consequence: 'no test waits for a missed heartbeat',
  },
  'computed-timeouts': {
    what: 'a wait for a task token fails with States.Runtime when its TimeoutSeconds is an expression',
    consequence: 'literal-timeouts.ts puts a number into the deployed definitions',
  },
  'same-name-while-running': {
    what: 'StartExecution with the name and input of a running execution fails with ExecutionAlreadyExists',
    consequence: 'a repeated delivery is recognised by the stored digest, as after the end of the execution',
  },
  'no-redrive': {
    what: 'RedriveExecution is unknown',
    consequence: 'a failed execution cannot be redriven',
  },
  'redrive-count': {
    what: '$states.context.Execution.RedriveCount does not exist',
    consequence: 'a definition that reads it fails with States.QueryEvaluationError',
  },
  'no-metric-math': {
    what: 'alarms over expressions are refused, and composite alarms and metric filters do not exist',
    consequence: 'alarms are one metric each, in accounts too',
  },
  'no-principals': {
    what: 'SenderId is the account number for every sender, and policies are not enforced',
    consequence: 'the app is deployed with requirePrincipals=false; grants are asserted on templates',
  },
  'queue-addresses': {
    what: "functions are told the service's queue addresses; requests to these are turned to the emulator inside Node",
    consequence: 'the SQS client logs a warning unless it ignores the host of a queue address',
  },
} as const satisfies Record<string, KnownGap>;
