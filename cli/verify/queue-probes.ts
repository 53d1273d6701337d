import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { AssumptionId } from './assumptions.ts';
import { errorNameOf, once, type Probe, type Probing } from './probing.ts';

type Own = Extract<AssumptionId, `sqs-${string}`>;

/** A queue of the probes. */
export interface ProbedQueue {
  readonly url: string;
  readonly arn: string;
}

/** Makes a queue that is deleted in the end. */
export async function probedQueue(
  on: Probing,
  part: string,
  attributes: Record<string, string> = {},
): Promise<ProbedQueue> {
  const { sqs } = on.clients;
  let url = '';
  await on.make(
    `queue ${on.name(part)}`,
    async () => {
      const made = await sqs.send(new CreateQueueCommand({ QueueName: on.name(part), Attributes: attributes }));
      url = made.QueueUrl ?? '';
    },
    async () => url !== '' && sqs.send(new DeleteQueueCommand({ QueueUrl: url })),
  );
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }));
  return { url, arn: Attributes?.['QueueArn'] ?? '' };
}

/** The next message of a queue, which stays hidden. */
export const nextMessage = (on: Probing, { url }: ProbedQueue): Promise<Message> =>
  on.eventually('a message', 60, async () => {
    const { Messages: [message] = [] } = await on.clients.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        WaitTimeSeconds: 1,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    );
    return message;
  });

const MARK = { mark: { DataType: 'String', StringValue: 'kept' } };
const MOST_BYTES = 1_048_576;

/** What is assumed of SQS. */
export function queueProbes(on: Probing): Readonly<Record<Exclude<Own, 'sqs-in-flight'>, Probe>> {
  const { sqs, sts } = on.clients;
  const queue = once(() => probedQueue(on, 'queue'));
  const send = async (MessageBody: string, target = queue()) =>
    sqs.send(new SendMessageCommand({ QueueUrl: (await target).url, MessageBody, MessageAttributes: MARK }));
  const userId = once(async () => (await sts.send(new GetCallerIdentityCommand({}))).UserId ?? '');
  const drop = async ({ url }: ProbedQueue, { ReceiptHandle }: Message) =>
    sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));

  return {
    'sqs-sender-id': async () => {
      await send('who');
      const message = await nextMessage(on, await queue());
      await drop(await queue(), message);
      const observed = { senderId: message.Attributes?.SenderId, userId: await userId() };
      return { holds: observed.senderId === observed.userId, observed };
    },
    'sqs-sender-after-dead-letter': async () => {
      const letters = await probedQueue(on, 'letters');
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: letters.arn, maxReceiveCount: 1 });
      const source = await probedQueue(on, 'failing', { VisibilityTimeout: '0', RedrivePolicy });
      await send('failing', Promise.resolve(source));
      const sent = await nextMessage(on, source);
      const moved = await on.eventually('the letter', 60, async () => {
        await sqs.send(new ReceiveMessageCommand({ QueueUrl: source.url }));
        return looked(on, letters);
      });
      await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: letters.arn, DestinationArn: source.arn }));
      const back = await nextMessage(on, source);
      const observed = [sent, moved, back].map(({ Attributes, Body, MessageAttributes }) => ({
        senderId: Attributes?.SenderId,
        body: Body,
        mark: MessageAttributes?.['mark']?.StringValue,
      }));
      return { holds: new Set(observed.map((each) => JSON.stringify(each))).size === 1, observed };
    },
    'sqs-queue-url': async () => {
      const { url } = await queue();
      const { account, region: Region } = on.options;
      // As the SDK has it of the region's partition, an emulator's own endpoint aside.
      const expected = new URL(`/${account}/${on.name('queue')}`, sqs.config.endpointProvider({ Region }).url).href;
      return { holds: url === expected, observed: url };
    },
    'sqs-refused-characters': async () => {
      const observed: string[] = [];
      for (const text of ['\uFFFE', '\uFFFF', '\u0001']) observed.push(await errorNameOf(send(`a${text}`)));
      return { holds: observed.every((name) => name === 'InvalidMessageContents'), observed };
    },
    'sqs-message-size': async () => {
      // The attribute's name, type and value count.
      const room = MOST_BYTES - 'markStringkept'.length;
      const observed = {
        fits: await errorNameOf(send('a'.repeat(room))),
        oneMore: await errorNameOf(send('a'.repeat(room + 1))),
      };
      return { holds: observed.fits === 'none' && observed.oneMore !== 'none', observed };
    },
    'sqs-batch-entries': async () => {
      const { Successful = [], Failed = [] } = await sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: (await queue()).url,
          Entries: [
            { Id: 'good', MessageBody: 'good' },
            { Id: 'bad', MessageBody: 'a\uFFFF' },
          ],
        }),
      );
      const observed = { taken: Successful.map(({ Id }) => Id), refused: Failed.map(({ Id, Code }) => [Id, Code]) };
      return { holds: observed.taken.join() === 'good' && observed.refused[0]?.[0] === 'bad', observed };
    },
  };
}

/** A message of the queue, if one is there now. */
async function looked(on: Probing, { url }: ProbedQueue): Promise<Message | undefined> {
  const { Messages: [message] = [] } = await on.clients.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: url,
      VisibilityTimeout: 0,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    }),
  );
  return message;
}
