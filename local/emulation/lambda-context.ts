import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import type { Clock } from '#ports/clock';
import type { FunctionLimits } from './queue-schema.ts';

/** The context that Lambda would hand to an invocation which starts now. */
export const lambdaContext = (
  functionName: string,
  { timeoutSeconds, memoryMb }: FunctionLimits,
  clock: Pick<Clock, 'now'>,
): Context => {
  const end = clock.now() + timeoutSeconds * 1000;
  return {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:local:000000000000:function:${functionName}`,
    memoryLimitInMB: String(memoryMb),
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, end - clock.now()),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
};
