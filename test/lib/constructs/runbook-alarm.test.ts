import { Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { expect, it } from 'vitest';
import { RunbookAlarm } from '../../../lib/constructs/runbook-alarm.ts';
import { appWith } from '../synthesised.ts';

it('fails when the runbook has no such section', () => {
  const stack = new Stack(appWith(), 'Stack');
  const props = {
    alarmName: 'moon',
    summary: 'The moon is gone.',
    section: 'the-moon-is-gone',
    metric: new Metric({ namespace: 'Sky', metricName: 'Moons' }),
    topic: new Topic(stack, 'Topic'),
  };

  expect(() => new RunbookAlarm(stack, 'Moon', props)).toThrow(/moon points to docs\/runbook\.md#the-moon-is-gone/u);
});
