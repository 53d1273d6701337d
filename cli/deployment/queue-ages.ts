import { GetMetricDataCommand, type CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { Clock } from '#ports/clock';

/** Queues of one request: it has up to 500 metrics. */
const AT_ONCE = 500;

/** SQS reports the age once a minute, for queues that were used lately, and some minutes late. */
const [PERIOD, BACK_MS] = [60, 600_000] as const;

interface Watching {
  readonly cloudwatch: Pick<CloudWatchClient, 'send'>;
  readonly clock: Clock;
  readonly deployment: string;
}

/**
 * Seconds for which the oldest message of each queue has waited, as SQS reports it to CloudWatch, and nowhere else
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html).
 *
 * @returns by queue; without those of which nothing is reported, and empty where CloudWatch does not answer
 */
export async function queueAges(
  { cloudwatch, clock, deployment }: Watching,
  queues: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const ages = new Map<string, number>();
  const now = clock.now();
  for (let from = 0; from < queues.length; from += AT_ONCE) {
    const some = queues.slice(from, from + AT_ONCE);
    const command = new GetMetricDataCommand({
      StartTime: new Date(now - BACK_MS),
      EndTime: new Date(now),
      ScanBy: 'TimestampDescending',
      MetricDataQueries: some.map((queue, at) => ({
        Id: `q${at}`,
        MetricStat: {
          Metric: {
            Namespace: 'AWS/SQS',
            MetricName: 'ApproximateAgeOfOldestMessage',
            Dimensions: [{ Name: 'QueueName', Value: `${deployment}-${queue}` }],
          },
          Period: PERIOD,
          Stat: 'Maximum',
        },
      })),
    });
    // Where nobody reports ages, as in a local world, everything else is shown all the same.
    const { MetricDataResults = [] } = await cloudwatch.send(command).catch(() => ({ MetricDataResults: [] }));
    for (const { Id, Values: [newest] = [] } of MetricDataResults) {
      const queue = some[Number(Id?.slice(1))];
      if (queue !== undefined && newest !== undefined) ages.set(queue, newest);
    }
  }
  return ages;
}
