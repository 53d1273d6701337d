import { Aggregates, availabilityZone, type Aggregate } from '#scheduler/facts/aggregates';
import { API } from '#records/keys';
import { describe, expect, it } from 'vitest';
import { memoryTables } from '../../fixtures/tables.ts';

const aggregate = (id: number, hosts: readonly string[], metadata = {}): Aggregate => ({
  id,
  uuid: `aggregate-${id}`,
  hosts: new Set(hosts),
  metadata,
});

describe('availabilityZone', () => {
  it('SVC-10 is that of the first aggregate that names one, else the default', () => {
    const aggregates = [
      aggregate(1, ['host1']),
      aggregate(2, ['host1'], { availability_zone: 'az1' }),
      aggregate(3, ['host1'], { availability_zone: 'az2' }),
    ];

    expect(availabilityZone('host1', aggregates, 'nova')).toBe('az1');
    expect(availabilityZone('host2', aggregates, 'nova')).toBe('nova');
  });
});

describe('Aggregates', () => {
  it('are read in the order of their ids, once a minute', async () => {
    const { tables, requests } = memoryTables();
    const clock = { time: 0, now: () => clock.time };
    const aggregates = new Aggregates(tables, clock);
    for (const id of [10, 9]) {
      const item = { pk: 'aggregates', sk: `aggregate#${id}`, id, uuid: `aggregate-${id}`, hosts: ['h'], metadata: {} };
      await tables.put(API, item);
    }
    requests.length = 0;

    const first = await aggregates.all();
    clock.time = 59_999;
    await aggregates.all();

    expect(first.map(({ id }) => id)).toEqual([9, 10]);
    expect(requests).toEqual(['Query']);
    clock.time = 60_000;
    await aggregates.all();
    expect(requests).toEqual(['Query', 'Query']);
  });
});
