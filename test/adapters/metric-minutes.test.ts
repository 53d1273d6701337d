import { beforeEach, describe, expect, it } from 'vitest';
import { MetricMinutes } from '#adapters/powertools/metric-minutes';

const LATENCY = { namespace: 'nova-conductor', metric: 'latency', unit: 'Milliseconds' } as const;

describe('MetricMinutes', () => {
  let lines: Record<string, unknown>[] = [];
  let minutes = new MetricMinutes(() => undefined);
  beforeEach(() => {
    lines = [];
    minutes = new MetricMinutes((line) => lines.push(JSON.parse(line)));
  });

  const measure = (seconds: number, value: number, dimensions: Readonly<Record<string, string>> = { method: 'ping' }) =>
    minutes.add({ ...LATENCY, values: [value], dimensions, timestamp: seconds * 1000 });

  it('writes the first value at once, and those of a minute together with the time of the first', () => {
    for (const seconds of [0, 10, 20, 59]) measure(seconds, seconds);
    const before = lines.length;
    measure(60, 60);

    expect(before).toBe(1);
    expect(lines).toMatchObject([
      { _aws: { Timestamp: 0 }, latency: 0 },
      { _aws: { Timestamp: 10_000 }, latency: [10, 20, 59, 60] },
    ]);
  });

  it('writes every value of a function that is called less often', () => {
    for (const seconds of [0, 60, 120]) measure(seconds, seconds);

    expect(lines.map(({ latency }) => latency)).toEqual([0, 60, 120]);
  });

  it('writes what is due of one metric when a value of another comes', () => {
    measure(0, 1, { method: 'ping' });
    measure(1, 2, { method: 'ping' });
    measure(70, 3, { method: 'save' });

    expect(lines).toMatchObject([
      { method: 'ping', latency: 1 },
      { method: 'ping', latency: 2 },
      { method: 'save', latency: 3 },
    ]);
  });

  it('splits more values than a line takes', () => {
    for (let at = 0; at < 150; at += 1) measure(at / 10, at);
    measure(61, 150);

    expect(lines.map(({ latency }) => (Array.isArray(latency) ? latency.length : 1))).toEqual([1, 100, 50]);
  });
});
