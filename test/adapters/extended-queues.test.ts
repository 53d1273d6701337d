import { describe, expect, it } from 'vitest';
import { MemoryBlobs } from '#adapters/memory/blobs';
import { MemoryQueues } from '#adapters/memory/queues';
import { extendedQueues } from '#adapters/sqs/extended-queues';
import { MessageTooLong } from '#ports/queues';
import { payloadOf, SIZE_ATTRIBUTE } from '#wire/payload-pointer';
import { ManualClock } from '../fixtures/manual-clock.ts';

const LIMIT = 1_048_576;

const prepared = () => {
  const memory = new MemoryQueues({ clock: new ManualClock() });
  memory.create('q');
  const blobs = new MemoryBlobs();
  return { memory, blobs, queues: extendedQueues(memory, blobs) };
};

describe('queues that take messages of any size', () => {
  it('send what fits as it is', async () => {
    const { memory, blobs, queues } = prepared();
    const message = { body: 'x'.repeat(LIMIT), attributes: {} };

    await queues.send('q', message);

    expect(memory.messages('q')).toEqual([message]);
    expect(blobs.keys()).toEqual([]);
  });

  it('send what is too long as a pointer, attributes and size beside it', async () => {
    const { memory, blobs, queues } = prepared();
    const body = 'ü'.repeat(LIMIT);

    await queues.send('q', { body, attributes: { sender: 'api' } });

    const [sent] = memory.messages('q');
    expect(sent?.attributes).toEqual({ sender: 'api', [SIZE_ATTRIBUTE]: String(2 * LIMIT) });
    expect(blobs.keys()).toEqual([expect.stringMatching(/^nova-conductor\/q\/[0-9a-f]{64}$/)]);
    expect(await payloadOf(blobs, { body: sent?.body ?? '', attributes: sent?.attributes ?? {} })).toBe(body);
  });

  it('count attributes as well', async () => {
    const { memory, queues } = prepared();

    await queues.send('q', { body: 'x'.repeat(LIMIT), attributes: { reason: 'broken' } });

    expect(memory.messages('q')[0]?.attributes).toMatchObject({ reason: 'broken', [SIZE_ATTRIBUTE]: String(LIMIT) });
  });

  it('store the same message once, however often it is sent', async () => {
    const { blobs, queues } = prepared();
    const message = { body: 'x'.repeat(LIMIT + 1) };

    await queues.send('q', message);
    await queues.send('q', message);

    expect(blobs.keys()).toHaveLength(1);
  });

  it('send a batch of both kinds in order', async () => {
    const { memory, queues } = prepared();

    await queues.sendBatch('q', [{ body: 'small' }, { body: 'x'.repeat(LIMIT + 1) }, { body: 'last' }]);

    expect(memory.messages('q').map(({ body }) => body.slice(0, 40))).toEqual([
      'small',
      '["software.amazon.payloadoffloading.Payl',
      'last',
    ]);
  });

  it('turn to pointers where a queue has a smaller limit than the service', async () => {
    const { memory, blobs } = prepared();
    const small = {
      send: (queue: string, message: { readonly body: string }) =>
        message.body.length > 300 ? Promise.reject(new MessageTooLong('smaller')) : memory.send(queue, message),
      sendBatch: () => Promise.reject(new MessageTooLong('smaller')),
      backlog: () => Promise.resolve({ waiting: 0, inFlight: 0 }),
      changeVisibility: () => Promise.resolve(),
    };
    const queues = extendedQueues(small, blobs);

    await queues.send('q', { body: 'x'.repeat(500) });
    await queues.sendBatch('q', [{ body: 'y'.repeat(500) }, { body: 'small' }]);

    expect(memory.messages('q')).toHaveLength(3);
    expect(blobs.keys()).toHaveLength(2);
  });
});
