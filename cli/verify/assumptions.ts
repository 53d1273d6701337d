/** Something that AWS does, on which code or a decision rests. */
export interface Assumption {
  readonly id: string;
  /** One sentence: what is assumed. */
  readonly assumes: string;
  /** Files of the repository that rest on it. */
  readonly restsOn: readonly string[];
  /** Where AWS says so; undefined where it was seen and is said nowhere. */
  readonly source?: string;
  /** Why `conductor verify` does not try it. @default it does */
  readonly untried?: string;
}

const DOCS = 'https://docs.aws.amazon.com';
const SQS = `${DOCS}/AWSSimpleQueueService/latest`;
const SFN = `${DOCS}/step-functions/latest`;
const DYNAMODB = `${DOCS}/amazondynamodb/latest`;
const LAMBDA = `${DOCS}/lambda/latest`;
const IAM = `${DOCS}/IAM/latest/UserGuide`;

/** All of them, in the order in which docs/aws-assumptions.md lists and `conductor verify` tries them. */
export const ASSUMPTIONS = [
  {
    id: 'sqs-sender-id',
    assumes:
      'SenderId of a message is the `UserId` that STS names its sender by: `AROA…:session` of a role, `AIDA…` of a user.',
    restsOn: ['functions/rpc/sender.ts', 'docs/adr/0019-reply-queues-of-a-principal.md'],
    source: `${SQS}/APIReference/API_ReceiveMessage.html`,
  },
  {
    id: 'sqs-sender-after-dead-letter',
    assumes:
      'A letter that SQS itself moves to the dead-letter queue, and back by StartMessageMoveTask, keeps SenderId, body and message attributes.',
    restsOn: ['cli/inventory/dead-letters.ts', 'functions/rpc/sender.ts'],
    source: `${SQS}/SQSDeveloperGuide/sqs-dead-letter-queues.html`,
  },
  {
    id: 'sqs-queue-url',
    assumes:
      'The address of a queue is `https://sqs.REGION.SUFFIX/ACCOUNT/NAME`, so that it is known from the name alone.',
    restsOn: ['lib/constructs/task-function.ts', 'cli/deployment/place.ts'],
    source: `${SQS}/SQSDeveloperGuide/sqs-queue-message-identifiers.html`,
  },
  {
    id: 'sqs-refused-characters',
    assumes: 'A body with U+FFFE, U+FFFF or a control character is refused with `InvalidMessageContents`.',
    restsOn: ['functions/adapters/message-size.ts'],
    source: `${SQS}/APIReference/API_SendMessage.html`,
  },
  {
    id: 'sqs-message-size',
    assumes:
      'A message has up to 1,048,576 bytes, attributes with their names and types included, and one byte more is refused.',
    restsOn: ['functions/adapters/message-size.ts', 'docs/adr/0008-what-a-request-may-weigh.md'],
    source: `${SQS}/SQSDeveloperGuide/quotas-messages.html`,
  },
  {
    id: 'sqs-batch-entries',
    assumes: 'A batch of which one entry is refused takes the others, and names the refused one under `Failed`.',
    restsOn: ['functions/adapters/sqs/queues.ts'],
    source: `${SQS}/APIReference/API_SendMessageBatch.html`,
  },
  {
    id: 'sfn-same-name-running',
    assumes:
      'StartExecution with name and input of an execution that runs answers that execution; another input is `ExecutionAlreadyExists`.',
    restsOn: ['functions/adapters/sfn/executions.ts', 'docs/adr/0004-names-and-ownership-of-executions.md'],
    source: `${SFN}/apireference/API_StartExecution.html`,
  },
  {
    id: 'sfn-same-name-ended',
    assumes: 'StartExecution with the name of an execution that has ended is `ExecutionAlreadyExists`, for 90 days.',
    restsOn: ['functions/adapters/sfn/executions.ts', 'docs/adr/0004-names-and-ownership-of-executions.md'],
    source: `${SFN}/apireference/API_StartExecution.html`,
  },
  {
    id: 'sfn-time-out-name',
    assumes: 'A wait for a task token whose TimeoutSeconds, an expression, are over is caught as `States.Timeout`.',
    restsOn: ['statemachines/retry.ts', 'functions/workflows/look-backoff.ts'],
    source: `${SFN}/dg/concepts-error-handling.html`,
  },
  {
    id: 'sfn-settled-token',
    assumes:
      'A task token that was settled, or whose time is over, is refused with `TaskTimedOut` or `TaskDoesNotExist`; text that is no token with `InvalidToken`.',
    restsOn: ['functions/adapters/sfn/executions.ts'],
    source: `${SFN}/apireference/API_SendTaskSuccess.html`,
  },
  {
    id: 'sfn-redrive',
    assumes:
      'RedriveExecution goes on in the state that failed, with its input, and the execution counts as running under its name again.',
    restsOn: ['cli/executions/execution-redrive.ts', 'functions/conductor/reconcile.ts'],
    source: `${SFN}/dg/redrive-executions.html`,
  },
  {
    id: 'lambda-error-name',
    assumes: 'What a Node function throws is caught under the `name` of the error.',
    restsOn: ['functions/workflows/step.ts'],
    source: `${LAMBDA}/dg/nodejs-exceptions.html`,
  },
  {
    id: 'lambda-time-out-name',
    assumes: 'A function that Lambda ends for its time fails its Task as `Sandbox.Timedout`.',
    restsOn: ['statemachines/retry.ts'],
    source: `${SFN}/dg/concepts-error-handling.html`,
  },
  {
    id: 'lambda-throttle-name',
    assumes: 'A function without concurrency left fails its Task as `Lambda.TooManyRequestsException`.',
    restsOn: ['statemachines/retry.ts'],
    source: `${LAMBDA}/api/API_Invoke.html`,
  },
  {
    id: 'lambda-url-identity',
    assumes:
      'A function behind a URL with AWS_IAM is given its caller as `requestContext.authorizer.iam`: `userId` in the form of SenderId, and `userArn`.',
    restsOn: ['functions/rpc/sender.ts', 'docs/security.md'],
    source: `${LAMBDA}/dg/urls-invocation.html`,
  },
  {
    id: 'lambda-url-only',
    assumes:
      'Who may `lambda:InvokeFunction` under the condition `lambda:InvokedViaFunctionUrl` alone is refused a direct invocation with `AccessDeniedException`.',
    restsOn: ['functions/rpc/sender.ts', 'docs/security.md'],
    source: `${LAMBDA}/dg/urls-auth.html`,
  },
  {
    id: 'dynamodb-units',
    assumes:
      'A read takes half a unit per 4 KB, consistent one; a write one per KB, in a transaction two; an index one more where it has the item.',
    restsOn: ['test/meter/units.ts', 'docs/cost.md'],
    source: `${DYNAMODB}/developerguide/read-write-operations.html`,
  },
  {
    id: 'dynamodb-transaction-reasons',
    assumes:
      'A refused transaction names for each action `ConditionalCheckFailed` with the item as it was found, or `None`.',
    restsOn: ['functions/adapters/dynamodb/failures.ts'],
    source: `${DYNAMODB}/APIReference/API_TransactWriteItems.html`,
  },
  {
    id: 'dynamodb-transaction-actions',
    assumes: 'A transaction has 100 actions at most; one more is a `ValidationException`.',
    restsOn: ['functions/operations/write-together.ts'],
    source: `${DYNAMODB}/APIReference/API_TransactWriteItems.html`,
  },
  {
    id: 'dynamodb-item-size',
    assumes: 'An item of more than 400 KB is refused with a `ValidationException` that says "item size".',
    restsOn: ['functions/adapters/dynamodb/failures.ts'],
    source: `${DYNAMODB}/developerguide/Constraints.html`,
  },
  {
    id: 'dynamodb-index-lag',
    assumes:
      'An index shows a write within some seconds, mostly at once: whoever reads an index looks again, and decides nothing by what is missing.',
    restsOn: ['functions/scheduler/candidates.ts', 'functions/reconciler/reconcile.ts'],
    source: `${DYNAMODB}/developerguide/GSI.html`,
  },
  {
    id: 'cloudwatch-search-grammar',
    assumes: 'A search names a namespace with dashes in double quotes, then its dimensions and terms.',
    restsOn: ['lib/constructs/operations-dashboard.ts'],
    source: `${DOCS}/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html`,
  },
  {
    id: 'price-list',
    assumes: 'A write unit and a read unit of DynamoDB cost in us-east-1 what docs/prices.json says.',
    restsOn: ['docs/prices.json', 'docs/cost.md'],
    source: `${DOCS}/awsaccountbilling/latest/aboutv2/bulk-api-reading-price-list-files.html`,
  },
  {
    id: 'kms-alias-condition',
    assumes: 'A policy may name a key by the alias that it has: `kms:ResourceAliases`.',
    restsOn: ['lib/ports.ts', 'docs/adr/0015-stacks-of-state.md'],
    source: `${DOCS}/kms/latest/developerguide/alias-authorization.html`,
    untried: 'a key costs a dollar a month, and is deleted after seven days at the earliest',
  },
  {
    id: 'iam-reply-queue-policy',
    assumes: 'A policy variable `aws:userid` is the SenderId of what its bearer sends.',
    restsOn: ['cli/inventory/host-policy.ts', 'docs/adr/0019-reply-queues-of-a-principal.md'],
    source: `${IAM}/reference_policies_variables.html`,
    untried: 'sqs-sender-id compares the same text as STS names it',
  },
  {
    id: 'sqs-in-flight',
    assumes: 'A standard queue has up to 120,000 messages in flight.',
    restsOn: ['docs/accounts.md'],
    source: `${SQS}/SQSDeveloperGuide/quotas-queues.html`,
    untried: 'as many messages as this would have to be sent',
  },
] as const satisfies readonly Assumption[];

export type AssumptionId = (typeof ASSUMPTIONS)[number]['id'];
