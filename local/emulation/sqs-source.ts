import { DeleteMessageBatchCommand, ReceiveMessageCommand, type Message, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSMessageAttributes, SQSRecord } from 'aws-lambda';
import type { RecordSource } from './event-source.ts';

export interface SqsSourceOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly region: string;
  /**
   * How long one receive waits for a message, and at most the time until a disabled event source has come to rest: a
   * receive that is cut off may take messages with it.
   *
   * @default 1
   */
  readonly waitSeconds?: number;
}

/** The records of an SQS queue, by long polling. */
export const sqsSource = ({ client, queueUrl, queueArn, region, waitSeconds = 1 }: SqsSourceOptions): RecordSource => {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: waitSeconds,
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  });
  return {
    receive: async (signal) => {
      const { Messages = [] } = await client.send(command, { abortSignal: signal });
      return Messages.map((message) => record(message, queueArn, region));
    },
    delete: async (records) => {
      const entries = records.map(({ receiptHandle }, at) => ({ Id: String(at), ReceiptHandle: receiptHandle }));
      await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
    },
    track: (work) => work,
  };
};

const record = (message: Message, eventSourceARN: string, awsRegion: string): SQSRecord => ({
  messageId: message.MessageId ?? '',
  receiptHandle: message.ReceiptHandle ?? '',
  body: message.Body ?? '',
  attributes: {
    ...message.Attributes,
    ApproximateReceiveCount: message.Attributes?.ApproximateReceiveCount ?? '1',
    SentTimestamp: message.Attributes?.SentTimestamp ?? '',
    ApproximateFirstReceiveTimestamp: message.Attributes?.ApproximateFirstReceiveTimestamp ?? '',
    SenderId: message.Attributes?.SenderId ?? '',
  },
  messageAttributes: messageAttributes(message),
  md5OfBody: message.MD5OfBody ?? '',
  eventSource: 'aws:sqs',
  eventSourceARN,
  awsRegion,
});

const messageAttributes = ({ MessageAttributes = {} }: Message): SQSMessageAttributes =>
  Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, { DataType, StringValue }]) => [
      name,
      { dataType: DataType ?? 'String', ...(StringValue !== undefined && { stringValue: StringValue }) },
    ]),
  );
