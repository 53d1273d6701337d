import { CloudWatchClient, type GetMetricDataCommandInput } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { queueAges } from '#cli/deployment/queue-ages';
import { ManualClock } from '../../fixtures/manual-clock.ts';

const NOBODY = {
  region: 'us-east-1',
  endpoint: 'http://127.0.0.1:9',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
};

/** The ages of queues of the deployment `prod`, by a client of CloudWatch. */
async function agesBy(cloudwatch: CloudWatchClient, queues: readonly string[]) {
  const ages = await queueAges({ cloudwatch, clock: new ManualClock(), deployment: 'prod' }, queues);
  cloudwatch.destroy();
  return Object.fromEntries(ages);
}

describe('the age of the oldest message of a queue', () => {
  it('is the newest that CloudWatch has, and missing for a queue of which it has none', async () => {
    const cloudwatch = new CloudWatchClient(NOBODY);
    const asked: GetMetricDataCommandInput[] = [];
    cloudwatch.middlewareStack.add(
      () => async (request) => {
        asked.push(Object.assign({ MetricDataQueries: [], StartTime: undefined, EndTime: undefined }, request.input));
        const MetricDataResults = [
          { Id: 'q0', Values: [42, 7] },
          { Id: 'q1', Values: [] },
        ];
        return { output: { $metadata: {}, MetricDataResults }, response: {} };
      },
      { step: 'initialize' },
    );

    const ages = await agesBy(cloudwatch, ['compute-task', 'conductor']);

    const names = asked[0]?.MetricDataQueries?.map(({ MetricStat }) => MetricStat?.Metric?.Dimensions?.[0]?.Value);
    expect(ages).toEqual({ 'compute-task': 42 });
    expect(names).toEqual(['prod-compute-task', 'prod-conductor']);
  });

  it('is missing for every queue where CloudWatch does not answer', async () => {
    expect(await agesBy(new CloudWatchClient(NOBODY), ['compute-task'])).toEqual({});
  });
});
