import { expect, test } from 'vitest';
import { aggregateCachePayload, aggregatePayload } from '#conductor/aggregate-payloads';
import { fieldsOf } from '#wire/reading';

const AGGREGATE = {
  id: 7,
  uuid: '2f9c8c05-1bf8-4876-86db-17e5c12c1a12',
  name: 'fast',
  hosts: ['host1', 'host2'],
  metadata: { ssd: 'true' },
};

test('events hold the fields of an aggregate, and null for what it lacks', () => {
  const payloads = [AGGREGATE, { ...AGGREGATE, hosts: undefined }].map((aggregate) => {
    const { hosts = null, ...others } = aggregate;
    return fieldsOf(aggregatePayload(hosts === null ? others : { ...others, hosts }));
  });

  expect(payloads).toEqual([AGGREGATE, { ...AGGREGATE, hosts: null }]);
});

test('events hold what one host of an aggregate has made of its images, and how many hosts are through', () => {
  const progress = { host: 'host1', cached: ['a'], failed: ['b', 'c'], index: 1, total: 2 };

  const { id, uuid, name } = AGGREGATE;
  expect(fieldsOf(aggregateCachePayload(AGGREGATE, progress))).toEqual({
    id,
    uuid,
    name,
    host: 'host1',
    images_cached: ['a'],
    images_failed: ['b', 'c'],
    index: 1,
    total: 2,
  });
});
