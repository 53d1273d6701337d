import { describe, expect, it } from 'vitest';
import { listOf, mapOf, textOf } from '#wire/reading';
import type { Json, JsonMap } from '#ports/json';
import { resourcesOf, templatesWith } from './synthesised.ts';

const { all } = templatesWith({ cells: ['cell1'] });

const DAY = 86_400;
const json = (value: unknown): Json => JSON.parse(JSON.stringify(value ?? null));

/** Properties of each queue, with its logical id, by name. */
const queues = new Map(
  [...all.values()].flatMap((template) =>
    Object.entries(template.findResources('AWS::SQS::Queue')).map(([id, resource]) => {
      const properties = mapOf(mapOf(json(resource))['Properties']);
      return [textOf(properties['QueueName']), { ...properties, id }] as const;
    }),
  ),
);

const queue = (name: string): JsonMap => queues.get(`nova-conductor-${name}`) ?? {};

/** The logical id of the queue that letters of another go to. */
const targetOf = (name: string): Json | undefined =>
  listOf(mapOf(mapOf(queue(name)['RedrivePolicy'])['deadLetterTargetArn'])['Fn::GetAtt'])[0];

describe('a queue', () => {
  // A message that fails comes again after minutes: only age puts it aside, before the queue forgets it after four days.
  it.each([
    ['compute-task', 120, 1000],
    ['conductor', 30, 1000],
    ['cell-cell1-conductor', 30, 1000],
    ['network', 180, 5],
  ])('%s hides a message for %i seconds, and puts it aside after %i deliveries', (name, hidden, deliveries) => {
    expect(queue(name)).toMatchObject({
      VisibilityTimeout: hidden,
      MessageRetentionPeriod: 4 * DAY,
      RedrivePolicy: { maxReceiveCount: deliveries },
    });
    expect(targetOf(name)).toBe(queue(`${name}-dlq`)['id']);
  });

  it.each(['compute-task', 'conductor', 'cell-cell1-conductor', 'network'])(
    '%s has dead letters that are kept for a fortnight, under the same key',
    (name) => {
      expect(queue(`${name}-dlq`)).toMatchObject({
        MessageRetentionPeriod: 14 * DAY,
        KmsDataKeyReusePeriodSeconds: 3600,
        KmsMasterKeyId: queue(name)['KmsMasterKeyId'],
      });
    },
  );
});

describe('what looks for work', () => {
  const [rule, ...others] = [...all.values()].flatMap((template) => resourcesOf(template, 'AWS::Events::Rule'));

  it('is called anew by the next minute and not for the one before', () => {
    expect(others).toEqual([]);
    expect(rule?.Properties).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      Targets: [{ RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 } }],
    });
  });
});
