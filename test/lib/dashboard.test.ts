import { describe, expect, it } from 'vitest';
import { STATE_MACHINES } from '#statemachines/definitions';
import { resourcesOf, templatesWith } from './synthesised.ts';

const { api } = templatesWith();
const [dashboard, ...others] = resourcesOf(api, 'AWS::CloudWatch::Dashboard');
const body = JSON.stringify(dashboard?.Properties?.['DashboardBody']);

describe('the dashboard', () => {
  it('is one, named after the deployment', () => {
    expect(dashboard?.Properties?.['DashboardName']).toBe('nova-conductor');
    expect(others).toEqual([]);
  });

  it.each([
    'NumberOfMessagesSent',
    'ApproximateAgeOfOldestMessage',
    'oldest_waiting_server',
    'ApproximateNumberOfMessagesVisible',
    'latency',
    'Throttles',
    'ReadThrottleEvents',
  ])('shows %s', (metric) => {
    expect(body).toContain(metric);
  });

  it.each(STATE_MACHINES)('shows how executions of %s end', (workflow) => {
    expect(body).toContain(`${workflow} succeeded`);
  });
});
