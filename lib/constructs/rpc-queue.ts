import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { CONDUCTOR_VISIBILITY_SECONDS, DATA_KEY_SECONDS } from '#ports/conductor-queue';
import { RunbookAlarm } from './runbook-alarm.ts';

export interface RpcQueueProps {
  readonly queueName: string;
  /** Encrypts messages: a build request carries the server's password. */
  readonly key: IKey;
  readonly alarmTopic: ITopic;
  /**
   * How long a received message stays hidden; at least as long as its function may take.
   *
   * @default 3 minutes
   */
  readonly visibilityTimeout?: Duration;
  /**
   * Deliveries before a message is a dead letter.
   *
   * @default 5; with 3 minutes of visibility some 15 minutes of an outage are survived
   */
  readonly maxReceiveCount?: number;
  /** Age of the oldest message that calls a person. */
  readonly alarmAge: Duration;
}

/**
 * As many receives as SQS counts to. A message that fails for a passing reason comes again after 5 to 300 seconds
 * (functions/rpc/batch.ts), so it is put aside after three and a half days, before the queue forgets it after four.
 */
const WITHOUT_END = { maxReceiveCount: 1000 } as const;

/**
 * A conductor queue's settings: a call whose function died comes again while its caller, who waits for 60 seconds,
 * still does.
 */
export const CONDUCTOR_QUEUE = {
  visibilityTimeout: Duration.seconds(CONDUCTOR_VISIBILITY_SECONDS),
  ...WITHOUT_END,
} as const;

/** The settings of the queue of commands: casts, so nobody waits, and twice the time of its function. */
export const TASK_QUEUE = { visibilityTimeout: Duration.minutes(2), ...WITHOUT_END } as const;

/** A queue of RPC messages with its dead-letter queue, encrypted, TLS only, and with an alarm on both. */
export class RpcQueue extends Construct {
  readonly queue: Queue;
  /** Messages that could not be understood or not be handled; redriven by the operator. */
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, props: RpcQueueProps) {
    super(scope, id);
    const secured = {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: props.key,
      dataKeyReuse: Duration.seconds(DATA_KEY_SECONDS),
      enforceSSL: true,
    };
    this.deadLetterQueue = new Queue(this, 'DeadLetters', {
      ...secured,
      queueName: `${props.queueName}-dlq`,
      retentionPeriod: Duration.days(14),
    });
    this.queue = new Queue(this, 'Queue', {
      ...secured,
      queueName: props.queueName,
      retentionPeriod: Duration.days(4),
      visibilityTimeout: props.visibilityTimeout ?? Duration.minutes(3),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: props.maxReceiveCount ?? 5 },
    });
    this.#addAlarms(props);
  }

  #addAlarms(props: RpcQueueProps): void {
    new RunbookAlarm(this, 'DeadLettersAlarm', {
      alarmName: `${props.queueName}-dead-letters`,
      summary: `Messages lie in ${props.queueName}-dlq.`,
      section: 'dead-letters',
      metric: this.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: 'Maximum',
      }),
      topic: props.alarmTopic,
    });
    new RunbookAlarm(this, 'OldestMessageAlarm', {
      alarmName: `${props.queueName}-oldest-message`,
      summary: `Messages wait too long in ${props.queueName}.`,
      section: 'oldest-message',
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(1), statistic: 'Maximum' }),
      threshold: props.alarmAge.toSeconds(),
      evaluationPeriods: 3,
      topic: props.alarmTopic,
    });
  }
}
