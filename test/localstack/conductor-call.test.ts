import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import { describe, expect, inject, it } from 'vitest';
import { parseEnvelope, requestEnvelope } from '#wire/envelope';
import { DeployedApp, eventually } from './endpoint.ts';

const endpoint = inject('endpoint');

describe.runIf(endpoint !== undefined)('a call to the deployed conductor', () => {
  const app = new DeployedApp(endpoint ?? '');

  it.each(['conductor', 'cell-cell1-conductor', 'cell-cell2-conductor'])('ping on %s is answered', async (queue) => {
    const messageId = randomUUID();
    const replyQueue = `reply_${randomUUID().replaceAll('-', '')}`;
    await app.sqs.send(new CreateQueueCommand({ QueueName: `nova-conductor-${replyQueue}` }));

    await app.sqs.send(
      new SendMessageCommand({ QueueUrl: app.queueUrl(queue), MessageBody: ping(messageId, replyQueue) }),
    );
    const answer = await eventually('the reply', () => receive(app, replyQueue));

    expect(parseEnvelope(answer)).toMatchObject({
      kind: 'reply',
      messageId,
      failure: null,
      result: { service: 'conductor', arg: 'hello' },
    });
  });
});

function ping(messageId: string, queue: string): string {
  return requestEnvelope({
    method: 'ping',
    namespace: 'baseapi',
    version: '1.1',
    args: { arg: 'hello' },
    context: {
      request_id: `req-${randomUUID()}`,
      user_id: null,
      project_id: null,
      is_admin: true,
      read_deleted: 'no',
      timestamp: new Date().toISOString(),
    },
    uniqueId: randomUUID().replaceAll('-', ''),
    reply: { queue, messageId },
    timeout: 60,
  });
}

async function receive(app: DeployedApp, queue: string): Promise<string | undefined> {
  const QueueUrl = app.queueUrl(queue);
  const { Messages: [message] = [] } = await app.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
  if (message === undefined) return undefined;
  await app.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
  return message.Body;
}
