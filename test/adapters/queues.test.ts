import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient, type Message } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { MemoryQueues } from '#adapters/memory/queues';
import { SqsQueues } from '#adapters/sqs/queues';
import { createQueue, startSqs } from '#local/emulation/sqs-emulator';
import type { OutgoingMessage } from '#ports/queues';
import { ManualClock } from '../fixtures/manual-clock.ts';
import { startFakeEndpoint } from '../fixtures/endpoints/fake-endpoint.ts';
import { rejected } from '../fixtures/rejected.ts';
import { queuesContract } from './queues.contract.ts';

queuesContract('memory', async () => {
  const queues = new MemoryQueues({ clock: new ManualClock() });
  const drain = (queue: string): OutgoingMessage[] => {
    const all: OutgoingMessage[] = [];
    for (;;) {
      const received = queues.receive(queue);
      if (received.length === 0) return all;
      all.push(...received.map(({ body, attributes }) => ({ body, attributes })));
    }
  };
  return {
    queues,
    create: async (queue) => queues.create(queue),
    drain: async (queue) => drain(queue),
    stop: () => Promise.resolve(),
  };
});

const plain = ({ Body: body = '', MessageAttributes: attributes = {} }: Message): OutgoingMessage => ({
  body,
  attributes: Object.fromEntries(Object.entries(attributes).map(([name, each]) => [name, each.StringValue ?? ''])),
});

queuesContract('SQS', async () => {
  const emulator = await startSqs();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SQSClient({ endpoint: emulator.endpoint, region: 'us-east-1', credentials });
  const drain = async (queue: string): Promise<OutgoingMessage[]> => {
    const all: OutgoingMessage[] = [];
    const QueueUrl = `${emulator.queueUrlBase}contract-${queue}`;
    for (;;) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
      );
      if (Messages.length === 0) return all;
      all.push(...Messages.map(plain));
      for (const { ReceiptHandle } of Messages)
        await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  };
  return {
    queues: new SqsQueues({ client, deployment: 'contract', queueUrlBase: emulator.queueUrlBase }),
    create: (queue) => createQueue(client, 'contract', queue),
    drain,
    stop: async () => {
      client.destroy();
      await emulator.stop();
    },
  };
});

const prepared = () => {
  const clock = new ManualClock();
  const queues = new MemoryQueues({ clock });
  queues.create('conductor-dlq');
  queues.create('conductor', {
    visibilityTimeoutSeconds: 30,
    redrive: { deadLetterQueue: 'conductor-dlq', maxReceiveCount: 2 },
  });
  return { clock, queues };
};

describe('MemoryQueues', () => {
  it('a received message stays hidden for the visibility timeout, then comes again and is counted', async () => {
    const { clock, queues } = prepared();
    const sentAt = clock.now();
    await queues.send('conductor', { body: 'x' });

    const [first] = queues.receive('conductor');
    clock.pass(29);
    const hidden = queues.receive('conductor');
    clock.pass(1);
    const [second] = queues.receive('conductor');

    expect(first).toMatchObject({ body: 'x', sentAt, firstReceivedAt: sentAt, approximateReceiveCount: 1 });
    expect(hidden).toEqual([]);
    expect(second).toMatchObject({ messageId: first?.messageId, firstReceivedAt: sentAt, approximateReceiveCount: 2 });
  });

  it('a deleted message does not come again', async () => {
    const { clock, queues } = prepared();
    await queues.send('conductor', { body: 'x' });
    const [received] = queues.receive('conductor');

    queues.delete('conductor', received?.receiptHandle ?? '');

    clock.pass(60);
    expect(queues.receive('conductor')).toEqual([]);
    expect(queues.messages('conductor')).toEqual([]);
  });

  it('a receipt of an earlier receive deletes nothing', async () => {
    const { clock, queues } = prepared();
    await queues.send('conductor', { body: 'x' });
    const [first] = queues.receive('conductor');
    clock.pass(30);
    queues.receive('conductor');

    queues.delete('conductor', first?.receiptHandle ?? '');

    expect(queues.messages('conductor')).toHaveLength(1);
  });

  it('a message that was received too often goes to the dead-letter queue with its attributes', async () => {
    const { clock, queues } = prepared();
    const message = { body: 'x', attributes: { reason: 'y' } };
    await queues.send('conductor', message);
    for (let received = 0; received < 2; received++) {
      queues.receive('conductor');
      clock.pass(30);
    }

    const third = queues.receive('conductor');

    expect(third).toEqual([]);
    expect(queues.messages('conductor')).toEqual([]);
    expect(queues.messages('conductor-dlq')).toEqual([message]);
  });

  it('visibility set to nothing hands a message out again at once', async () => {
    const { queues } = prepared();
    await queues.send('conductor', { body: 'x' });
    const [received] = queues.receive('conductor');

    await queues.changeVisibility('conductor', received?.receiptHandle ?? '', 0);

    expect(queues.receive('conductor')).toHaveLength(1);
  });

  it('a delayed message is ready when its delay has passed, and listeners are called', async () => {
    const { clock, queues } = prepared();
    const times: number[] = [];
    queues.onReady('conductor', () => times.push(clock.now()));
    await queues.send('conductor', { body: 'x', delaySeconds: 5 });

    clock.pass(5);

    expect(times).toEqual([clock.now()]);
    expect(queues.receive('conductor')).toHaveLength(1);
  });

  it('a removed queue is gone', async () => {
    const { queues } = prepared();

    queues.remove('conductor');

    expect(queues.names()).toEqual(['conductor-dlq']);
    expect(() => queues.receive('conductor')).toThrow('there is no queue conductor');
  });
});

describe('SqsQueues', () => {
  it.each([
    ['KmsThrottled', true, 'QueueThrottled', '1 messages to q were turned down: KmsThrottled'],
    ['InternalError', false, 'QueueThrottled', '1 messages to q were turned down: InternalError'],
    ['InvalidMessageContents', true, 'Error', '1 messages to q were turned down: InvalidMessageContents why'],
  ])('an entry that is turned down twice for %s is reported by its kind', async (Code, SenderFault, name, message) => {
    const endpoint = await startFakeEndpoint(() => ({ Failed: [{ Id: '0', Code, SenderFault, Message: 'why' }] }));
    const client = new SQSClient({ ...endpoint.config, md5: false, useQueueUrlAsEndpoint: false });
    const queues = new SqsQueues({ client, deployment: 'nova', queueUrlBase: 'http://127.0.0.1/1/' });

    const error = await rejected(queues.sendBatch('q', [{ body: 'x' }]));

    await endpoint.stop();
    expect(error).toMatchObject({ name, message });
  });
});
