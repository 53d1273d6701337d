import type { AssumptionId } from '#cli/verify/assumptions';

/**
 * Assumptions about AWS that do not hold on the emulator, and what it does instead. Found by trying,
 * at version 1.5.33 of ministack.
 */
export const OTHERWISE_ON_THE_EMULATOR: Readonly<Partial<Record<AssumptionId, string>>> = {
  'sqs-sender-after-dead-letter': 'StartMessageMoveTask is unknown',
  'sqs-queue-url': 'queues have the address of the emulator',
  'sqs-message-size': 'a message may have any size',
  'sfn-same-name-running': 'a repeat is ExecutionAlreadyExists while the execution runs',
  'sfn-time-out-name': 'a time-out that is an expression is States.Runtime',
  'sfn-settled-token': 'a token may be settled twice, and text that is none is TaskDoesNotExist',
  'sfn-redrive': 'RedriveExecution is unknown',
  'lambda-error-name': 'every error of a Node function is Runtime.HandlerError',
  'lambda-throttle-name': 'a function without concurrency fails as Lambda.Unknown',
  'lambda-url-identity': 'URLs of functions have names that nobody resolves',
  'lambda-url-only': 'URLs of functions have names that nobody resolves',
  'cloudwatch-search-grammar': 'searches are not parsed',
  'price-list': 'there is none',
};
