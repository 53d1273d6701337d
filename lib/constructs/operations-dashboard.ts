import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type IMetric, MathExpression, Metric, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Names } from '../names.ts';

export interface OperationsDashboardProps {
  readonly names: Names;
  readonly workflows: readonly string[];
  /** Where false, the first thing that the dashboard says is that every sender is believed. */
  readonly requirePrincipals: boolean;
}

const OPEN =
  '# Every sender is believed\nrequirePrincipals is off. This is for emulators alone: see docs/configuration.md.';
const PERIOD = Duration.minutes(1);
/** Two graphs in a row. */
const WIDTH = 12;

/**
 * Seconds for which the oldest server in transition has waited, as the reconciler reports it. It has no label: an alarm
 * on a labelled metric is rendered as one over an expression.
 */
export const waitingInstances = (namespace: string): Metric =>
  new Metric({
    namespace,
    metricName: 'oldest_waiting_server',
    dimensionsMap: { service: 'reconciler' },
    period: Duration.minutes(5),
    statistic: 'Maximum',
  });

/** Hosts that are not heard and that no operator has declared dead, as the reconciler counts them. */
export const silentHosts = (namespace: string): Metric =>
  new Metric({
    namespace,
    metricName: 'silent_hosts',
    dimensionsMap: { service: 'reconciler' },
    period: Duration.minutes(5),
    statistic: 'Minimum',
  });

/** Services of the cloud that operations have waited for during five minutes. */
export const unusableServices = (namespace: string): Metric =>
  new Metric({
    namespace,
    metricName: 'unusable_services',
    dimensionsMap: { service: 'reconciler' },
    period: Duration.minutes(5),
    statistic: 'Minimum',
  });

/** How many rounds of five minutes found that the canary of a host fails. */
export const canaryFailing = (namespace: string, host: string): Metric =>
  new Metric({
    namespace,
    metricName: 'canary_failing',
    dimensionsMap: { service: 'reconciler', host },
    period: Duration.minutes(5),
    statistic: 'Sum',
  });

/**
 * What the functions of the cells count of guests that may run twice. @param metricName `given_up_calls`,
 * `second_guests`
 */
export const guestsCounted = (namespace: string, metricName: string): Metric =>
  new Metric({
    namespace,
    metricName,
    dimensionsMap: { service: 'object-rpc' },
    period: Duration.minutes(5),
    statistic: 'Sum',
  });

/**
 * One screen: what comes in, how executions end, how long servers wait, what was put aside, object calls, throttles.
 *
 * Queues and tables of cells are searched for by name, so a cell that is added later shows up without a deployment
 * here.
 */
export class OperationsDashboard extends Construct {
  constructor(scope: Construct, id: string, props: OperationsDashboardProps) {
    super(scope, id);
    const { prefix } = props.names;
    const dashboard = new Dashboard(this, 'Dashboard', { dashboardName: prefix });
    if (!props.requirePrincipals) dashboard.addWidgets(new TextWidget({ markdown: OPEN, width: 2 * WIDTH, height: 2 }));
    dashboard.addWidgets(
      new TextWidget({
        markdown: `# ${prefix}\nAlarms lead to docs/runbook.md. \`conductor server list --state transition\` · \`conductor execution list --status FAILED\` · \`conductor dead-letter list\``,
        width: 2 * WIDTH,
        height: 2,
      }),
    );
    dashboard.addWidgets(
      graph('Intake: messages sent', searchQueues(prefix, 'NumberOfMessagesSent', 'Sum')),
      graph('Intake: age of the oldest message (s)', searchQueues(prefix, 'ApproximateAgeOfOldestMessage', 'Maximum')),
    );
    dashboard.addWidgets(
      graph('Executions by outcome', ...props.workflows.flatMap((workflow) => endings(props.names, workflow))),
      graph('Servers: oldest in transition (s)', waitingInstances(prefix).with({ label: 'oldest' })),
    );
    dashboard.addWidgets(
      graph('Steps that end badly', stepsOf(prefix)),
      graph('Dead letters', searchQueues(`${prefix} dlq`, 'ApproximateNumberOfMessagesVisible', 'Maximum')),
    );
    dashboard.addWidgets(
      graph('Calls: how many, by method and outcome', calls(prefix, 'SampleCount')),
      graph('Calls: p99 (ms)', calls(prefix, 'p99')),
    );
    dashboard.addWidgets(
      graph(
        'Throttles: functions',
        search(`{AWS/Lambda,FunctionName} MetricName="Throttles" ${wordsOf(prefix)}`, 'Sum'),
      ),
      graph(
        'Throttles: tables',
        search(
          `{AWS/DynamoDB,TableName} MetricName=("ReadThrottleEvents" OR "WriteThrottleEvents") ${wordsOf(prefix)}`,
          'Sum',
        ),
      ),
    );
  }
}

const graph = (title: string, ...left: readonly IMetric[]): GraphWidget =>
  new GraphWidget({ title, left: [...left], width: WIDTH, height: 5 });

/**
 * A search: a namespace with anything but letters, digits and slashes stands in quotes, and a name is looked for by the
 * words that dashes part it into
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html).
 */
const search = (expression: string, statistic: string): MathExpression =>
  new MathExpression({
    expression: `SEARCH('${expression}', '${statistic}', ${PERIOD.toSeconds()})`,
    label: '',
    period: PERIOD,
  });

const searchQueues = (words: string, metric: string, statistic: string): MathExpression =>
  search(`{AWS/SQS,QueueName} MetricName="${metric}" ${wordsOf(words)}`, statistic);

const wordsOf = (name: string): string => name.replaceAll('-', ' ');

const calls = (namespace: string, statistic: string): MathExpression =>
  search(`{"${namespace}",service,method,outcome} MetricName="latency"`, statistic);

/** Undo states and failures, by how often they ran: business outcomes that leave the execution succeeded. */
const stepsOf = (namespace: string): MathExpression =>
  search(
    `{"${namespace}",service,step,outcome} MetricName="step_latency" step=("fail-build" OR "bury-in-cell0" OR "claim-alternate")`,
    'SampleCount',
  );

function endings(names: Names, workflow: string): readonly Metric[] {
  const ends = {
    ExecutionsSucceeded: 'succeeded',
    ExecutionsFailed: 'failed',
    ExecutionsTimedOut: 'timed out',
    ExecutionsAborted: 'aborted',
  };
  return Object.entries(ends).map(
    ([metricName, word]) =>
      new Metric({
        namespace: 'AWS/States',
        metricName,
        dimensionsMap: { StateMachineArn: names.stateMachineArn(workflow) },
        statistic: 'Sum',
        period: PERIOD,
        label: `${workflow} ${word}`,
      }),
  );
}
