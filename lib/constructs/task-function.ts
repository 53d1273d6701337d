import { Annotations, Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { Grant, type IGrantable, type IPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  type Alias,
  Architecture,
  CfnFunction,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { ContextOptions } from '#configuration/context';
import { ADDRESSES, type Addresses, FUNCTION_OPTIONS } from '#configuration/options';
import { environmentOf } from '#configuration/read';
import type { Names } from '../names.ts';
import { acknowledgeUnscopedActions, exempt, LOG_EXEMPTIONS } from './acknowledge.ts';
import { bundle } from './bundle.ts';
import { RunbookAlarm } from './runbook-alarm.ts';

export interface TaskFunctionProps {
  readonly names: Names;
  /** Name of the function without the deployment's prefix. */
  readonly part: string;
  /** File that exports `handler`, relative to functions/. */
  readonly entry: string;
  readonly alarmTopic: ITopic;
  /** The settings of every function, and whether it is traced. */
  readonly settings: Omit<ContextOptions, 'cells'>;
  /** @default none beyond those of every function */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether it runs in the subnets from which a cloud is reached, where there are any. @default false */
  readonly inSubnets?: boolean;
  /** @default the setting of all functions */
  readonly memorySize?: number;
  /** @default the setting of all steps */
  readonly timeout?: Duration;
  /**
   * The role at home in which it acts, from another account.
   *
   * @default none: it acts in its own
   */
  readonly homeRoleArn?: string;
  /**
   * Concurrent executions that are taken from the account for it alone, and that it never exceeds.
   *
   * @default none
   */
  readonly reservedConcurrency?: number;
}

const EXEMPTIONS = {
  CKV_AWS_115: 'a reservation is taken from the account, which decides on it (docs/accounts.md)',
  CKV_AWS_116: 'what is invoked is kept elsewhere: messages in queues with dead letters, steps in executions',
  CKV_AWS_117: 'only public endpoints of AWS are reached, by requests that are signed and encrypted',
  CKV_AWS_173: 'the environment holds names and settings, and nothing secret',
  W3005: 'the library says so that policies come before the function',
} as const;

/**
 * A Lambda function on Node 24 behind the alias `live`, with a role of its own that may write its log and nothing else.
 */
export class TaskFunction extends Construct implements IGrantable {
  readonly function: LambdaFunction;
  /** What event sources and state machines call. */
  readonly live: Alias;
  readonly grantPrincipal: IPrincipal;

  constructor(scope: Construct, id: string, props: TaskFunctionProps) {
    super(scope, id);
    const functionName = props.names.of(props.part);
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: props.settings.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      // The deployment's account trusts a role that is made later: it knows it by its name.
      ...(props.homeRoleArn === undefined ? {} : { roleName: functionName }),
    });
    if (props.homeRoleArn !== undefined)
      Grant.addToPrincipal({
        grantee: role,
        actions: ['sts:AssumeRole'],
        resourceArns: [props.homeRoleArn],
      }).assertSuccess();
    // The streams alone: a group of this name is there before the first of them.
    Grant.addToPrincipal({
      grantee: role,
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resourceArns: [logGroup.logGroupArn],
    }).assertSuccess();
    this.function = new LambdaFunction(this, 'Function', {
      functionName,
      role,
      logGroup,
      code: bundle(this, props.entry),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memorySize ?? props.settings.functionMemory,
      timeout: props.timeout ?? Duration.seconds(props.settings.stepSeconds),
      loggingFormat: LoggingFormat.JSON,
      // Lambda's own lines of each start and end are more than a call is charged otherwise; metrics say the same.
      systemLogLevelV2: SystemLogLevel.WARN,
      ...(props.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: props.reservedConcurrency }),
      tracing: props.settings.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      environment: environmentOfFunction(props, role),
    });
    exempt(this.function, EXEMPTIONS);
    exempt(logGroup, LOG_EXEMPTIONS);
    if (props.settings.tracing) {
      acknowledgeUnscopedActions(role, 'xray:PutTraceSegments and xray:PutTelemetryRecords know no resources');
    }
    if (props.inSubnets === true) this.#enterSubnets(role, props.settings);
    this.live = this.function.addAlias('live');
    this.grantPrincipal = role;
    this.#addAlarms(functionName, props.alarmTopic);
  }

  /**
   * Takes records from a queue, ten at a time, and answers for each of them; that it may, is a port's affair.
   *
   * @param maximumConcurrency batches in hand at once: a backlog takes no more of the account
   */
  consume(queueArn: string, maximumConcurrency: number): void {
    this.live.addEventSourceMapping('Queue', {
      eventSourceArn: queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
      maxConcurrency: maximumConcurrency,
    });
  }

  /** Runs the function on a schedule. */
  runEvery(ruleName: string, interval: Duration): void {
    // By its address: the library declares Alias too loosely for exactOptionalPropertyTypes.
    const live = LambdaFunction.fromFunctionAttributes(this, 'Scheduled', {
      functionArn: this.live.functionArn,
      sameEnvironment: true,
    });
    new Rule(this, 'Schedule', {
      ruleName,
      schedule: Schedule.rate(interval),
      // A run that is missed is not made up for: the next one sees the same records.
      targets: [new LambdaTarget(live, { retryAttempts: 0, maxEventAge: interval })],
    });
    // Where the account of the stack is named, the library asks whether the function has another: it is in this stack.
    Annotations.of(this).acknowledgeWarning(
      '@aws-cdk/aws-events:ruleUnresolvedEnvironment',
      'the rule calls a function of its own stack',
    );
    // Once Lambda has an event it would try it three times by itself, and keep it for six hours.
    this.live.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: interval });
  }

  /** Where the context names subnets of a VPC: by their ids, since they lie in no stack of ours. */
  #enterSubnets(role: Role, { openstackSubnets, openstackSecurityGroups }: TaskFunctionProps['settings']): void {
    const { defaultChild } = this.function.node;
    if (openstackSubnets === null || !(defaultChild instanceof CfnFunction)) return;
    defaultChild.vpcConfig = {
      subnetIds: [...openstackSubnets],
      securityGroupIds: [...(openstackSecurityGroups ?? [])],
    };
    Grant.addToPrincipal({
      grantee: role,
      actions: ['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DeleteNetworkInterface'],
      resourceArns: ['*'],
    }).assertSuccess();
    acknowledgeUnscopedActions(
      role,
      'Lambda makes the network interfaces of a function in a VPC: ec2:*NetworkInterface*',
    );
  }

  #addAlarms(functionName: string, topic: ITopic): void {
    new RunbookAlarm(this, 'ThrottledAlarm', {
      alarmName: `${functionName}-throttled`,
      summary: `Lambda turns invocations of ${functionName} away.`,
      section: 'function-throttled',
      metric: this.function.metricThrottles({ period: Duration.minutes(5), statistic: 'Sum' }),
      evaluationPeriods: 3,
      topic,
    });
    new RunbookAlarm(this, 'ErrorsAlarm', {
      alarmName: `${functionName}-errors`,
      summary: `${functionName} keeps failing outside of any step's own errors.`,
      section: 'function-errors',
      metric: this.function.metricErrors({ period: Duration.minutes(5), statistic: 'Sum' }),
      threshold: 5,
      evaluationPeriods: 3,
      topic,
    });
  }
}

/** What functions/wiring.ts reads; everything else follows from these by the fixed names. */
function environmentOfFunction(
  { environment, homeRoleArn, names, settings }: TaskFunctionProps,
  role: Role,
): Record<string, string> {
  const addresses: Addresses = {
    queueUrlBase: `https://sqs.${Aws.REGION}.${Aws.URL_SUFFIX}/${names.account}/`,
    stateMachineArnBase: `arn:${Aws.PARTITION}:states:${Aws.REGION}:${names.account}:stateMachine:`,
    messageBucket: names.messageBucket(),
    ...(homeRoleArn === undefined ? { roleId: role.roleId } : { homeRoleArn }),
    eventBusName: names.prefix,
    sealKeyId: names.keyAlias('seal'),
  };
  return { ...environmentOf(FUNCTION_OPTIONS, settings), ...environmentOf(ADDRESSES, addresses), ...environment };
}
