import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryQueues } from '#adapters/memory/queues';
import { SqsQueues } from '#adapters/sqs/queues';
import { startEventSource, type RecordSource, type SqsHandler } from '#local/emulation/event-source';
import { LOCAL } from '#cli/deployment/local-file';
import { QUEUE_FUNCTIONS } from '#local/emulation/queue-schema';
import { lambdaContext } from '#local/emulation/lambda-context';
import { memorySource } from '../../fixtures/memory/source.ts';
import { createQueue, startSqs, type SqsEmulator } from '#local/emulation/sqs-emulator';
import { sqsSource } from '#local/emulation/sqs-source';
import type { Queues } from '#ports/queues';
import { ManualClock } from '../../fixtures/manual-clock.ts';

const CLOCK = { now: () => Date.UTC(2026, 0, 1) };
const context = () => lambdaContext('object-rpc', QUEUE_FUNCTIONS['object-rpc'], CLOCK);

/** A handler that keeps its events and settles `seen` once it was given so many records. */
const recording = (wanted: number, answer: (event: SQSEvent) => SQSBatchResponse | undefined = () => undefined) => {
  const events: SQSEvent[] = [];
  const { promise: seen, resolve } = Promise.withResolvers<void>();
  const handler: SqsHandler = async (event) => {
    events.push(event);
    if (events.flatMap(({ Records }) => Records).length >= wanted) resolve();
    return answer(event);
  };
  return { events, seen, handler };
};

const bodies = (events: readonly SQSEvent[]): string[] =>
  events.flatMap(({ Records }) => Records.map(({ body }) => body));

/** Fails the records that say so. */
const failing = ({ Records }: SQSEvent): SQSBatchResponse => ({
  batchItemFailures: Records.filter(({ body }) => body === 'bad').map(({ messageId }) => ({
    itemIdentifier: messageId,
  })),
});

const inMemory = () => {
  const clock = new ManualClock();
  const queues = new MemoryQueues({ clock });
  queues.create('conductor-dlq');
  queues.create('conductor', { redrive: { deadLetterQueue: 'conductor-dlq', maxReceiveCount: 2 } });
  return { clock, queues, source: memorySource(queues, 'conductor', clock) };
};

describe('event source of a queue in memory', () => {
  it('hands records over as Lambda does, ten at most, and deletes them', async () => {
    const { queues, source, clock } = inMemory();
    await queues.sendBatch(
      'conductor',
      Array.from({ length: 12 }, (_, at) => ({ body: `m${at}`, attributes: { sender: 'host1' } })),
    );
    const { events, seen, handler } = recording(12);

    const running = startEventSource({ source, handler, context });
    await seen;
    await running.stop();

    expect(events.map(({ Records }) => Records.length)).toEqual([10, 2]);
    expect(events[0]?.Records[0]).toMatchObject({
      body: 'm0',
      attributes: { SentTimestamp: String(clock.now()), ApproximateReceiveCount: '1', SenderId: '000000000000' },
      messageAttributes: { sender: { dataType: 'String', stringValue: 'host1' } },
      eventSource: 'aws:sqs',
    });
    expect(queues.messages('conductor')).toEqual([]);
  });

  it('batch item failures come again after the visibility timeout, then go to the dead-letter queue', async () => {
    const { queues, source, clock } = inMemory();
    await queues.sendBatch('conductor', [{ body: 'good' }, { body: 'bad' }]);
    const first = recording(2, failing);
    const afterwards = startEventSource({ source, handler: first.handler, context });
    await first.seen;
    await afterwards.stop();
    const second = recording(1, failing);
    const again = startEventSource({ source, handler: second.handler, context });

    clock.pass(30);
    await second.seen;
    await again.stop();
    clock.pass(30);

    expect(bodies(second.events)).toEqual(['bad']);
    expect(queues.receive('conductor')).toEqual([]);
    expect(queues.messages('conductor-dlq').map(({ body }) => body)).toEqual(['bad']);
  });

  it.each<[string, () => SQSBatchResponse]>([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['names a record of another batch', () => ({ batchItemFailures: [{ itemIdentifier: 'unknown' }] })],
  ])('a handler that %s fails its whole batch', async (_title, answer) => {
    const { queues, source } = inMemory();
    await queues.sendBatch('conductor', [{ body: 'a' }, { body: 'b' }]);
    const { seen, handler } = recording(2, answer);

    const running = startEventSource({ source, handler, context });
    await seen;
    await running.stop();

    expect(queues.messages('conductor')).toHaveLength(2);
  });

  it('a failed receive is reported and tried again', async () => {
    const errors: unknown[] = [];
    const { queues, source } = inMemory();
    let refusals = 1;
    const flaky: RecordSource = {
      ...source,
      receive: (signal) => (refusals-- > 0 ? Promise.reject(new Error('away')) : source.receive(signal)),
    };
    await queues.send('conductor', { body: 'a' });
    const { events, seen, handler } = recording(1);

    const running = startEventSource({ source: flaky, handler, context, onError: (error) => errors.push(error) });
    await seen;
    await running.stop();

    expect(errors).toEqual([new Error('away')]);
    expect(bodies(events)).toEqual(['a']);
  });

  it('marks invocations on the clock, so that time stands still meanwhile', async () => {
    const tracked: Promise<unknown>[] = [];
    const { queues, clock } = inMemory();
    const marking = {
      now: () => clock.now(),
      timer: clock.timer.bind(clock),
      track: <T>(work: Promise<T>): Promise<T> => {
        tracked.push(work);
        return work;
      },
    };
    await queues.send('conductor', { body: 'a' });
    const { seen, handler } = recording(1);

    const running = startEventSource({ source: memorySource(queues, 'conductor', marking), handler, context });
    await seen;
    await running.stop();

    expect(tracked).toHaveLength(1);
  });
});

describe('event source of an SQS queue', () => {
  let emulator: SqsEmulator;
  let client: SQSClient;
  let queues: Queues;
  let source: RecordSource;
  beforeAll(async () => {
    emulator = await startSqs();
    client = new SQSClient({ ...LOCAL, endpoint: emulator.endpoint });
    await createQueue(client, 'nova', 'conductor', { VisibilityTimeout: '0' });
    queues = new SqsQueues({ client, deployment: 'nova', queueUrlBase: emulator.queueUrlBase });
    source = sqsSource({
      client,
      queueUrl: `${emulator.queueUrlBase}nova-conductor`,
      queueArn: `arn:aws:sqs:${LOCAL.region}:000000000000:nova-conductor`,
      region: LOCAL.region,
    });
  });
  afterAll(async () => {
    client.destroy();
    await emulator.stop();
  });

  it('hands over a message sent during a long poll, again when it failed, and deletes it in the end', async () => {
    const { events, seen, handler } = recording(2, ({ Records }) => ({
      batchItemFailures: Records.filter(({ attributes }) => attributes.ApproximateReceiveCount === '1').map(
        ({ messageId }) => ({ itemIdentifier: messageId }),
      ),
    }));
    const running = startEventSource({ source, handler, context });

    await queues.send('conductor', { body: 'm1', attributes: { sender: 'host1' } });
    await seen;
    await running.stop();

    const [record] = events[0]?.Records ?? [];
    expect(bodies(events)).toEqual(['m1', 'm1']);
    expect(record).toMatchObject({
      messageAttributes: { sender: { dataType: 'String', stringValue: 'host1' } },
      attributes: { ApproximateReceiveCount: '1' },
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:nova-conductor',
    });
    expect(Number(record?.attributes.SentTimestamp)).toBeGreaterThan(0);
    expect(record?.attributes.SenderId).not.toBe('');
  });

  it('stops at once although a long poll is under way', async () => {
    const { events, handler } = recording(1);
    const running = startEventSource({ source, handler, context, concurrency: 2 });
    const started = performance.now();

    await running.stop();

    expect(events).toEqual([]);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
