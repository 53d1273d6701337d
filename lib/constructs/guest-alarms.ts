import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { pascalCase } from '../../statemachines/pascal-case.ts';
import { guestsCounted } from './operations-dashboard.ts';
import { RunbookAlarm } from './runbook-alarm.ts';

const SUMMARIES = {
  given_up_calls: 'A host that was given up has come back and acts for its servers still.',
  second_guests: 'A host has reported a guest whose server is recorded elsewhere.',
};

/**
 * Alarms on guests that may run twice, as the object functions of an account count them.
 *
 * @param nameOf the name of an alarm from what it is about
 */
export function addGuestAlarms(
  scope: Construct,
  namespace: string,
  topic: ITopic,
  nameOf: (about: string) => string,
): void {
  for (const [metric, summary] of Object.entries(SUMMARIES)) {
    const about = metric.replaceAll('_', '-');
    new RunbookAlarm(scope, `${pascalCase(about)}Alarm`, {
      alarmName: nameOf(about),
      summary,
      section: 'second-guests',
      metric: guestsCounted(namespace, metric),
      topic,
    });
  }
}
