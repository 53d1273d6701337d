import { Aws, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Grant, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { pascalCase } from '../../statemachines/pascal-case.ts';
import { definitionOf } from '../../statemachines/definitions.ts';
import type { Names } from '../names.ts';
import { acknowledgeUnscopedActions, exempt, LOG_EXEMPTIONS } from './acknowledge.ts';
import { RunbookAlarm } from './runbook-alarm.ts';
import type { TaskFunction } from './task-function.ts';

const PLACEHOLDER = /\$\{([A-Za-z0-9]+)\}/gu;

/** What the ARNs of integrations begin with; in China and in GovCloud the partition is another one. */
const INTEGRATION = 'arn:aws:states:::';

export interface WorkflowProps {
  readonly names: Names;
  /** Name of its state machine in statemachines/. */
  readonly workflow: string;
  /** Runs the steps. */
  readonly stepFunction: TaskFunction;
  readonly alarmTopic: ITopic;
  /**
   * Workflows whose executions this one starts.
   *
   * @default none
   */
  readonly starts?: readonly string[];
  /** @default false */
  readonly tracing?: boolean;
  /** Days that its log is kept. */
  readonly logDays: number;
  /**
   * Text of the definition.
   *
   * @default what statemachines/ says
   */
  readonly definition?: string;
}

/** A state machine inlined from its definition, which may call the `live` alias of its function and nothing else. */
export class Workflow extends Construct {
  readonly stateMachine: StateMachine;

  /** @throws Error when the definition's placeholders and what is put in for them differ. */
  constructor(scope: Construct, id: string, props: WorkflowProps) {
    super(scope, id);
    const { names, workflow } = props;
    const stateMachineName = names.of(workflow);
    const definition = (props.definition ?? definitionOf(workflow)).replaceAll(
      INTEGRATION,
      'arn:${Partition}:states:::',
    );
    const substitutions = substitutionsOf(props, definition);
    checkPlaceholders(workflow, definition, Object.keys(substitutions));
    // By nothing but this state machine: whoever may make others in the account cannot hand them the role.
    const conditions = {
      StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
      ArnEquals: { 'aws:SourceArn': names.stateMachineArn(workflow) },
    };
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('states.amazonaws.com', { conditions }) });
    // Under this prefix the service needs no entry per group in the log's resource policy, which is bounded.
    const logGroupName = `/aws/vendedlogs/states/${stateMachineName}`;
    const destination = new LogGroup(this, 'Logs', {
      logGroupName,
      retention: props.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(JSON.stringify(JSON.parse(definition))),
      definitionSubstitutions: substitutions,
      role,
      logs: {
        destination,
        level: LogLevel.ERROR,
        includeExecutionData: false,
      },
      tracingEnabled: props.tracing ?? false,
    });
    exempt(destination, LOG_EXEMPTIONS);
    exempt(this.stateMachine, {
      E3601: 'with JSONata a time-out may be an expression; cfn-lint knows numbers alone',
      W3005: 'the library says so that policies come before the state machine',
    });
    acknowledgeUnscopedActions(
      role,
      props.tracing === true
        ? 'log delivery and X-Ray know no resources: logs:*LogDelivery*, logs:*ResourcePolic*, xray:Put*, xray:GetSampling*'
        : 'log delivery knows no resources: logs:*LogDelivery*, logs:*ResourcePolic*, logs:DescribeLogGroups',
    );
    Validations.of(this.stateMachine).acknowledge({
      id: 'AwsSolutions-SF1',
      reason:
        'the history of an execution has every event; a log of all of them would cost as much as the transitions do',
    });
    if (props.tracing !== true) {
      Validations.of(this.stateMachine).acknowledge({
        id: 'AwsSolutions-SF2',
        reason: 'tracing is switched on by the context key "tracing"; logs and history show an execution without it',
      });
    }
    Grant.addToPrincipal({
      grantee: role,
      actions: ['lambda:InvokeFunction'],
      resourceArns: [props.stepFunction.live.functionArn],
    }).assertSuccess();
    if (props.starts !== undefined) {
      Grant.addToPrincipal({
        grantee: role,
        actions: ['states:StartExecution'],
        resourceArns: props.starts.map((started) => names.stateMachineArn(started)),
      }).assertSuccess();
    }
    this.#addAlarms(stateMachineName, props.alarmTopic);
  }

  #addAlarms(stateMachineName: string, topic: ITopic): void {
    const each = { period: Duration.minutes(5), statistic: 'Sum' };
    const endings = {
      failed: this.stateMachine.metricFailed(each),
      'timed-out': this.stateMachine.metricTimedOut(each),
      aborted: this.stateMachine.metricAborted(each),
    };
    for (const [ending, metric] of Object.entries(endings)) {
      new RunbookAlarm(this, `${pascalCase(ending)}Alarm`, {
        alarmName: `${stateMachineName}-executions-${ending}`,
        summary: `Executions of ${stateMachineName} ended as ${ending}.`,
        section: 'executions-failed',
        metric,
        topic,
      });
    }
    new RunbookAlarm(this, 'ThrottledAlarm', {
      alarmName: `${stateMachineName}-executions-throttled`,
      summary: `Step Functions turns away or delays executions of ${stateMachineName}.`,
      section: 'executions-throttled',
      metric: this.stateMachine.metricThrottled(each),
      evaluationPeriods: 3,
      topic,
    });
  }
}

function substitutionsOf(props: WorkflowProps, definition: string): Record<string, string> {
  const substitutions: Record<string, string> = {
    ...(definition.includes('${Partition}') ? { Partition: Aws.PARTITION } : {}),
    [`${pascalCase(props.workflow)}FunctionArn`]: props.stepFunction.live.functionArn,
  };
  for (const started of props.starts ?? []) {
    substitutions[`${pascalCase(started)}StateMachineArn`] = props.names.stateMachineArn(started);
  }
  return substitutions;
}

function checkPlaceholders(workflow: string, definition: string, given: readonly string[]): void {
  const wanted = new Set([...definition.matchAll(PLACEHOLDER)].map((match) => match[1] ?? ''));
  const missing = [...wanted].filter((name) => !given.includes(name));
  const unused = given.filter((name) => !wanted.has(name));
  if (missing.length > 0 || unused.length > 0) {
    throw new Error(
      `statemachines/${workflow}.asl.ts: nothing is put in for [${missing.join(', ')}], ` +
        `and no placeholder takes [${unused.join(', ')}]; see lib/workflow-grants.ts`,
    );
  }
}
