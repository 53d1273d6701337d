import { describe, expect, it } from 'vitest';
import { STATE_MACHINES } from '#statemachines/definitions';
import { resourcesOf, templatesWith } from './synthesised.ts';

const { api } = templatesWith();
const [dashboard, ...others] = resourcesOf(api, 'AWS::CloudWatch::Dashboard');
const body = JSON.stringify(dashboard?.Properties?.['DashboardBody']);

const NAMESPACE = String.raw`(?:[\w/]+|"[^"]+")`;
const TERM = String.raw`(?:\w+|\w+="[^"]+"|\w+=\("[^"]+"(?: OR "[^"]+")*\))`;
/** What a search consists of: a namespace with the names of dimensions, then terms. */
const SEARCH = new RegExp(String.raw`^\{${NAMESPACE}(?:,\w+)*\}(?: ${TERM})+$`, 'u');

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

  it('searches by expressions that CloudWatch can read', () => {
    const expressions = [...body.matchAll(/SEARCH\('(?<searched>[^']*)', '(?<statistic>[^']*)', (?<period>\d+)\)/gu)];
    const searched = expressions.map(({ groups }) => (groups?.['searched'] ?? '').replaceAll('\\', ''));

    expect(body.split('SEARCH(')).toHaveLength(1 + expressions.length);
    expect(searched).not.toEqual([]);
    expect(searched.filter((each) => !SEARCH.test(each))).toEqual([]);
  });
});
