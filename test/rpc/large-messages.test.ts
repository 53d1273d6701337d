import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import { RpcCaller } from '#client/rpc-caller';
import { memoryPlatform } from '../fixtures/memory/platform.ts';
import { MessageTooLong } from '#ports/queues';
import { replyEnvelope, parseEnvelope } from '#wire/envelope';
import { pointerBody, SIZE_ATTRIBUTE } from '#wire/payload-pointer';
import { taskQueue } from '#task-rpc/task-queue';
import { BuildWorld } from '../fixtures/build-world.ts';
import { sqsRecord } from '../fixtures/endpoints/sqs-event.ts';

const MIB = 1_048_576;

const record = (body: string, attributes: Readonly<Record<string, string>> = {}): SQSRecord => ({
  ...sqsRecord(body, 1, attributes),
  eventSourceARN: 'arn:aws:sqs:local:000000000000:compute-task',
});

const event = (...Records: SQSRecord[]): SQSEvent => ({ Records });

describe('a message whose payload lies elsewhere', () => {
  it.each([
    ['in a foreign bucket', { bucket: 'foreign', key: 'nova-conductor/x' }, "bucket that is not this deployment's"],
    ['outside of the prefix', { bucket: 'messages', key: 'other/x' }, 'does not lie under nova-conductor/'],
    ['nowhere any more', { bucket: 'messages', key: 'nova-conductor/x' }, 'the payload is gone'],
  ])('goes to the dead-letter queue as the pointer that it is when it lies %s', async (_, place, reason) => {
    const world = await BuildWorld.boot({ hosts: [] });
    const body = pointerBody(place);

    const settled = await taskQueue(world.services)(event(record(body, { [SIZE_ATTRIBUTE]: '2000000' })));

    expect(settled).toMatchObject([{ status: 'fulfilled' }]);
    expect(world.platform.queues.messages('compute-task-dlq')).toEqual([
      {
        body,
        attributes: { reason: expect.stringContaining(reason), sender: 'unknown', [SIZE_ATTRIBUTE]: '2000000' },
      },
    ]);
  });

  it('is served after the one before, so that two of them never lie in memory together', async () => {
    const world = await BuildWorld.boot({ hosts: [] });
    const reading: string[] = [];
    let most = 0;
    const blobs = {
      ...world.services.blobs,
      bucket: 'messages',
      prefix: 'nova-conductor/',
      put: () => Promise.resolve(),
      get: async (key: string) => {
        reading.push(key);
        most = Math.max(most, reading.length);
        await Promise.resolve();
        reading.pop();
        return 'not an envelope';
      },
    };
    const pointers = ['a', 'b', 'c'].map((name) =>
      record(pointerBody({ bucket: 'messages', key: `nova-conductor/${name}` }), { [SIZE_ATTRIBUTE]: '1' }),
    );

    await taskQueue({ ...world.services, blobs })(event(...pointers));

    expect(most).toBe(1);
    expect(world.platform.queues.messages('compute-task-dlq')).toHaveLength(3);
  });
});

describe('a dead letter that is too long with its reason', () => {
  const body = 'x'.repeat(MIB);

  it('leaves as a pointer to what it said', async () => {
    const world = await BuildWorld.boot({ hosts: [] });

    await taskQueue(world.services)(event(record(body)));

    const [letter] = world.platform.queues.messages('compute-task-dlq');
    expect(letter?.attributes).toMatchObject({
      reason: expect.stringContaining('not JSON'),
      [SIZE_ATTRIBUTE]: String(MIB),
    });
    expect(world.platform.blobs.keys()).toEqual([expect.stringContaining('nova-conductor/compute-task-dlq/')]);
  });

  it('fails its record where nothing can be stored, so that the redrive policy takes it', async () => {
    const world = await BuildWorld.boot({ hosts: [] });
    const services = { ...world.services, queues: world.platform.queues };

    const settled = await taskQueue(services)(event(record(body)));

    expect(settled).toMatchObject([{ status: 'rejected', reason: expect.any(MessageTooLong) }]);
    expect(world.platform.queues.messages('compute-task-dlq')).toEqual([]);
  });
});

describe('an answer of more than 1 MiB', () => {
  it('reaches its caller whole', async () => {
    const clock = new VirtualClock(0);
    const platform = memoryPlatform({ clock, cells: [] });
    const { ids } = platform.adapters;
    const caller = new RpcCaller({ bus: platform.bus, clock, ids });
    const long = 'x'.repeat(2 * MIB);
    platform.bus.read('conductor', async ({ body }) => {
      const request = parseEnvelope(body);
      if (request.kind === 'reply' || request.reply === undefined) return;
      const { queue, messageId } = request.reply;
      await platform.bus.send(queue, { body: replyEnvelope(messageId, 'u', long, null) });
    });
    const context = {
      request_id: 'r',
      user_id: null,
      project_id: null,
      is_admin: true,
      read_deleted: 'no',
      timestamp: '',
    };

    const answer = await caller.call({ queue: 'conductor', version: '1.0', method: 'm', args: {}, context });

    expect(answer === long).toBe(true);
    expect(platform.blobs.keys()).toEqual([expect.stringContaining(`nova-conductor/${caller.replyQueue}/`)]);
  });
});
