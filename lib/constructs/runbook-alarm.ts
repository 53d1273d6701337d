import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

const RUNBOOK = 'docs/runbook.md';

export interface RunbookAlarmProps {
  readonly alarmName: string;
  /** What is wrong when it sounds, as one sentence with the queue, machine or function in it. */
  readonly summary: string;
  /** Anchor of the section in docs/runbook.md that says what to do. */
  readonly section: string;
  readonly metric: IMetric;
  readonly topic: ITopic;
  /** @default 1 */
  readonly threshold?: number;
  /** @default 1 */
  readonly evaluationPeriods?: number;
}

/** An alarm whose text leads to its section of the runbook. */
export class RunbookAlarm extends Construct {
  readonly alarm: Alarm;

  /** @throws Error when the runbook has no such section: an alarm without instructions is noise. */
  constructor(scope: Construct, id: string, props: RunbookAlarmProps) {
    super(scope, id);
    if (!runbookSections().has(props.section)) {
      throw new Error(`alarm ${props.alarmName} points to ${RUNBOOK}#${props.section}: write that section`);
    }
    this.alarm = new Alarm(this, 'Alarm', {
      alarmName: props.alarmName,
      alarmDescription: `${props.summary} Runbook: ${RUNBOOK}#${props.section}`,
      metric: props.metric,
      threshold: props.threshold ?? 1,
      evaluationPeriods: props.evaluationPeriods ?? 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    const action = new SnsAction(props.topic);
    this.alarm.addAlarmAction(action);
    this.alarm.addOkAction(action);
  }
}

/** Anchors of the runbook's sections, as a reader's browser computes them from the headings. */
export function runbookSections(): ReadonlySet<string> {
  const text = readFileSync(fileURLToPath(new URL(`../../${RUNBOOK}`, import.meta.url)), 'utf8');
  const headings = [...text.matchAll(/^## (.+)$/gmu)].map((match) => match[1] ?? '');
  return new Set(headings.map((heading) => heading.trim().toLowerCase().replaceAll(/\s+/gu, '-')));
}
