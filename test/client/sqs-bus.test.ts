import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '#client/connect';
import { SqsBus } from '#client/sqs-bus';
import { LOCAL } from '#cli/deployment/local-file';
import { startSqs, type SqsEmulator } from '#local/emulation/sqs-emulator';
import { QueueDoesNotExist } from '#ports/queues';
import { parseEnvelope, replyEnvelope } from '#wire/envelope';

let emulator: SqsEmulator;
let client: SQSClient;
let bus: SqsBus;

beforeAll(async () => {
  emulator = await startSqs();
  client = new SQSClient({ ...LOCAL, endpoint: emulator.endpoint });
  bus = new SqsBus({ client, queueUrlBase: emulator.queueUrlBase, deployment: 'd' });
});

afterAll(async () => {
  client.destroy();
  await emulator.stop();
});

describe('SqsBus', () => {
  test('what is sent is read with its attributes', async () => {
    await bus.createQueue('q');
    await bus.createQueue('q');
    const seen: [string, string | undefined][] = [];
    const both = Promise.withResolvers<void>();
    const reader = bus.read('q', async ({ body, attributes }) => {
      seen.push([body, attributes['sender']]);
      if (seen.length === 2) both.resolve();
    });

    await bus.send('q', { body: 'one', attributes: { sender: 'host:h' } });
    await bus.sendBatch('q', [{ body: 'two' }]);
    await both.promise;
    await reader.stop();

    expect(new Map(seen)).toEqual(
      new Map([
        ['one', 'host:h'],
        ['two', undefined],
      ]),
    );
  });

  test('a queue that was deleted takes no more messages, and deleting it again does nothing', async () => {
    await bus.createQueue('gone');

    await bus.deleteQueue('gone');
    await bus.deleteQueue('gone');

    await expect(bus.send('gone', { body: 'x' })).rejects.toBeInstanceOf(QueueDoesNotExist);
  });
});

describe('connect', () => {
  test('a call is answered over a reply queue of the deployment, which closing deletes', async () => {
    await bus.createQueue('conductor');
    const replyQueues: string[] = [];
    const reader = bus.read('conductor', async ({ body }) => {
      const request = parseEnvelope(body);
      if (request.kind === 'reply' || request.reply === undefined) return;
      replyQueues.push(request.reply.queue);
      await bus.send(request.reply.queue, { body: replyEnvelope(request.reply.messageId, 'r', { arg: 'x' }, null) });
    });
    const options = { client, queueUrlBase: emulator.queueUrlBase, deployment: 'd', principal: 'api' };
    const conductor = connect(options);
    const context = {
      request_id: 'r',
      user_id: null,
      project_id: null,
      is_admin: true,
      read_deleted: 'no',
      timestamp: '',
    };

    const answer = await conductor.ping(context, 'x');
    await conductor.close();
    await reader.stop();

    expect(answer).toEqual({ arg: 'x' });
    expect(replyQueues).toHaveLength(1);
    await expect(bus.send(replyQueues[0] ?? '', { body: 'x' })).rejects.toBeInstanceOf(QueueDoesNotExist);
  });
});
