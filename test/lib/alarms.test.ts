import { describe, expect, it } from 'vitest';
import { runbookSections } from '../../lib/constructs/runbook-alarm.ts';
import type { Json, JsonMap } from '#ports/json';
import { textOrEmpty } from '#wire/reading';
import { arn, resolvedWith } from './resolved.ts';
import { nameOf, resourcesOf, templatesWith } from './synthesised.ts';

const CLOUD = {
  openstackServices: ['placement'],
  openstackAuthUrl: 'https://keystone.example.org/v3',
  openstackCredentialSecret: 'nova-conductor/openstack',
};
const templates = [...templatesWith({ canaryHosts: 'host1', ...CLOUD }).all.values()];
const alarms = templates.flatMap((template) => resourcesOf(template, 'AWS::CloudWatch::Alarm'));
const names = alarms.map((alarm) => nameOf(alarm, 'AlarmName'));
const resolved = resolvedWith({ canaryHosts: 'host1', ...CLOUD }).filter(
  ({ type }) => type === 'AWS::CloudWatch::Alarm',
);

/** All that an alarm has set. */
const SET: readonly string[] =
  'AlarmName AlarmDescription AlarmActions OKActions TreatMissingData Namespace MetricName Dimensions Statistic Period Threshold ComparisonOperator EvaluationPeriods'.split(
    ' ',
  );

/** When an alarm sounds: metric, statistic, seconds of a period, threshold, and periods in a row. */
type Sounds = readonly [metric: string, statistic: string, period: number, threshold: number, periods: number];

/** By the end of an alarm's name, the longest that fits. */
const SOUNDS: Readonly<Record<string, Sounds>> = {
  '-dead-letters': ['AWS/SQS ApproximateNumberOfMessagesVisible', 'Maximum', 60, 1, 1],
  '-oldest-message': ['AWS/SQS ApproximateAgeOfOldestMessage', 'Maximum', 60, 300, 3],
  // Heartbeats that wait for longer than serviceDownTime leave it open whether a host lives.
  '-cell1-conductor-oldest-message': ['AWS/SQS ApproximateAgeOfOldestMessage', 'Maximum', 60, 60, 3],
  '-cell2-conductor-oldest-message': ['AWS/SQS ApproximateAgeOfOldestMessage', 'Maximum', 60, 60, 3],
  '-read-throttled': ['AWS/DynamoDB ReadThrottleEvents', 'Sum', 300, 1, 3],
  '-write-throttled': ['AWS/DynamoDB WriteThrottleEvents', 'Sum', 300, 1, 3],
  '-throttled': ['AWS/Lambda Throttles', 'Sum', 300, 1, 3],
  '-errors': ['AWS/Lambda Errors', 'Sum', 300, 5, 3],
  '-executions-failed': ['AWS/States ExecutionsFailed', 'Sum', 300, 1, 1],
  '-executions-timed-out': ['AWS/States ExecutionsTimedOut', 'Sum', 300, 1, 1],
  '-executions-aborted': ['AWS/States ExecutionsAborted', 'Sum', 300, 1, 1],
  '-executions-throttled': ['AWS/States ExecutionThrottled', 'Sum', 300, 1, 3],
  '-canary-host1': ['nova-conductor canary_failing', 'Sum', 300, 2, 1],
  '-oldest-waiting-server': ['nova-conductor oldest_waiting_server', 'Maximum', 300, 3600, 2],
  // Whatever was seen for a part of the five minutes only is over.
  '-silent-hosts': ['nova-conductor silent_hosts', 'Minimum', 300, 1, 1],
  '-unusable-services': ['nova-conductor unusable_services', 'Minimum', 300, 1, 1],
  '-given-up-calls': ['nova-conductor given_up_calls', 'Sum', 300, 1, 1],
  '-second-guests': ['nova-conductor second_guests', 'Sum', 300, 1, 1],
};

const endOf = (name: string): string =>
  Object.keys(SOUNDS).reduce((found, end) => (name.endsWith(end) && end.length > found.length ? end : found), '');

/** What an alarm of a service of AWS looks at is what its name begins with, by the end of that name. */
const WATCHED: Readonly<Record<string, (of: string) => JsonMap>> = {
  '-dead-letters': (of) => ({ Name: 'QueueName', Value: `${of}-dlq` }),
  '-oldest-message': (of) => ({ Name: 'QueueName', Value: of }),
  '-read-throttled': (of) => ({ Name: 'TableName', Value: of }),
  '-write-throttled': (of) => ({ Name: 'TableName', Value: of }),
  '-executions-failed': stateMachine,
  '-executions-timed-out': stateMachine,
  '-executions-aborted': stateMachine,
  '-executions-throttled': stateMachine,
  '-throttled': (of) => ({ Name: 'FunctionName', Value: of }),
  '-errors': (of) => ({ Name: 'FunctionName', Value: of }),
};

function stateMachine(of: string): JsonMap {
  return { Name: 'StateMachineArn', Value: arn('states', `stateMachine:${of}`) };
}

/** Dimensions of what functions measure themselves. */
const MEASURED: Readonly<Record<string, Json>> = {
  'nova-conductor-canary-host1': [
    { Name: 'host', Value: 'host1' },
    { Name: 'service', Value: 'reconciler' },
  ],
  'nova-conductor-oldest-waiting-server': [{ Name: 'service', Value: 'reconciler' }],
  'nova-conductor-silent-hosts': [{ Name: 'service', Value: 'reconciler' }],
  'nova-conductor-unusable-services': [{ Name: 'service', Value: 'reconciler' }],
  'nova-conductor-given-up-calls': [{ Name: 'service', Value: 'object-rpc' }],
  'nova-conductor-second-guests': [{ Name: 'service', Value: 'object-rpc' }],
};

describe('alarms', () => {
  it.each(['build', 'launch'])('watch how executions of %s end', (workflow) => {
    const endings = ['failed', 'timed-out', 'aborted', 'throttled'];

    expect(names).toEqual(
      expect.arrayContaining(endings.map((ending) => `nova-conductor-${workflow}-executions-${ending}`)),
    );
  });

  it('watch age and dead letters of every queue', () => {
    const queues = templates
      .flatMap((template) => resourcesOf(template, 'AWS::SQS::Queue'))
      .map((queue) => nameOf(queue, 'QueueName'))
      .filter((queue) => !queue.endsWith('-dlq'));

    expect(queues).toHaveLength(5);
    expect(names).toEqual(
      expect.arrayContaining(queues.flatMap((queue) => [`${queue}-dead-letters`, `${queue}-oldest-message`])),
    );
  });

  it('each lead to a section of the runbook and call somebody', () => {
    const sections = runbookSections();

    for (const alarm of alarms) {
      const section = /docs\/runbook\.md#(\S+)$/u.exec(nameOf(alarm, 'AlarmDescription'))?.[1];
      expect(sections).toContain(section);
      expect(alarm.Properties?.['AlarmActions']).toHaveLength(1);
      expect(alarm.Properties?.['OKActions']).toEqual(alarm.Properties?.['AlarmActions']);
      expect(alarm.Properties?.['TreatMissingData']).toBe('notBreaching');
    }
  });

  it.each(Object.entries(SOUNDS))('whose names end in %s sound at their own threshold', (end, expected) => {
    const [metric, Statistic, Period, Threshold, EvaluationPeriods] = expected;
    const ofThis = alarms.filter((alarm) => endOf(nameOf(alarm, 'AlarmName')) === end);

    const sounding = ofThis.map(({ Properties }) => ({
      ...Properties,
      metric: `${String(Properties?.['Namespace'])} ${String(Properties?.['MetricName'])}`,
    }));

    expect(sounding.length).toBeGreaterThan(0);
    for (const each of sounding)
      expect(each).toMatchObject({
        metric,
        Statistic,
        Period,
        Threshold,
        EvaluationPeriods,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      });
  });

  it('all have a threshold that is looked at here', () => {
    expect(names.filter((name) => endOf(name) === '')).toEqual([]);
  });

  it.each(resolved.map(({ properties }) => [textOrEmpty(properties['AlarmName']), properties] as const))(
    '%s looks at what it is named after, whatever its unit, and calls who listens to alarms',
    (name, properties) => {
      const end = Object.keys(WATCHED).find((each) => name.endsWith(each)) ?? '';
      const [of, watched] = [name.slice(0, name.length - end.length), WATCHED[end]];

      expect(properties['Dimensions']).toEqual(watched === undefined ? MEASURED[name] : [watched(of)]);
      expect(properties['AlarmActions']).toEqual([arn('sns', 'nova-conductor-alarms')]);
      expect(Object.keys(properties).filter((each) => !SET.includes(each))).toEqual([]);
    },
  );

  it('are about one metric each, not about expressions', () => {
    expect(alarms.filter((alarm) => alarm.Properties?.['MetricName'] === undefined)).toEqual([]);
  });

  it('leave no section of the runbook without an alarm', () => {
    const described = alarms.map((alarm) => nameOf(alarm, 'AlarmDescription').split('#').at(-1));

    expect([...runbookSections()].filter((section) => !described.includes(section))).toEqual([]);
  });
});
