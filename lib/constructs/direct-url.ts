import { CfnOutput, Duration, type Stack } from 'aws-cdk-lib';
import { CfnUrl, FunctionUrlAuthType, InvokeMode } from 'aws-cdk-lib/aws-lambda';
import { TaskFunction, type TaskFunctionProps } from './task-function.ts';

/** Requests a second that Lambda takes by a function URL for each reserved execution of its function. */
const REQUESTS_OF_AN_EXECUTION = 10;

/** Object calls that a host makes in a second: heartbeats and periodic tasks (docs/cost.md). */
const CALLS_OF_A_HOST = 0.3;

/** What hosts call at once beyond that: builds, moves, and all of them after a restart. */
const HEADROOM = 3;

/** So that a small cell has room for a burst. */
const LEAST = 5;

/** Concurrent executions that are reserved for so many hosts of a cell. */
export const reservationFor = (hosts: number): number =>
  Math.max(LEAST, Math.ceil((hosts * CALLS_OF_A_HOST * HEADROOM) / REQUESTS_OF_AN_EXECUTION));

/**
 * The function of a cell that answers direct calls, and its URL. It is not the function behind the queue: each of them
 * takes events of one kind alone (docs/adr/0030-direct-calls.md).
 */
export class DirectUrl extends TaskFunction {
  constructor(stack: Stack, props: Omit<TaskFunctionProps, 'entry' | 'timeout' | 'reservedConcurrency'>) {
    super(stack, 'ObjectUrlFunction', {
      ...props,
      entry: 'object-rpc/object-url.lambda.ts',
      timeout: Duration.seconds(10),
      reservedConcurrency: reservationFor(props.settings.directHosts),
    });
    const url = new CfnUrl(this, 'Url', {
      targetFunctionArn: this.function.functionArn,
      qualifier: this.live.aliasName,
      authType: FunctionUrlAuthType.AWS_IAM,
      invokeMode: InvokeMode.BUFFERED,
    });
    url.node.addDependency(this.live);
    new CfnOutput(stack, 'DirectUrl', {
      value: url.attrFunctionUrl,
      description: 'The direct_url of the hosts of the cell',
    });
  }
}
