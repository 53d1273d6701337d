import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { pascalCase } from '../statemachines/pascal-case.ts';
import { type CellAbroad, roleAbroad, throughQueues } from './abroad.ts';
import type { FunctionSettings } from './api-stack.ts';
import { MessageBucket } from './constructs/message-bucket.ts';
import { RecordTable } from './constructs/record-table.ts';
import { CONDUCTOR_QUEUE, RpcQueue, TASK_QUEUE, type RpcQueueProps } from './constructs/rpc-queue.ts';
import { OPEN } from './iam-actions.ts';
import type { Names } from './names.ts';
import { INDEXES } from './table-indexes.ts';

export interface ApiStateStackProps extends StackProps {
  readonly names: Names;
  readonly settings: Pick<FunctionSettings, 'alarmMessageAge'>;
  /** Cells whose functions run in other accounts. */
  readonly abroad: readonly CellAbroad[];
}

/** The queues and how they differ from the others; a message stays hidden at least as long as its function may take. */
const QUEUES: Readonly<Record<string, Pick<RpcQueueProps, 'visibilityTimeout' | 'maxReceiveCount'>>> = {
  'compute-task': TASK_QUEUE,
  conductor: CONDUCTOR_QUEUE,
  network: {},
};

/**
 * What the API level keeps: keys, tables, queues, the message bucket, and the topic and event bus that others hang on.
 *
 * Queues hold requests that nothing else has yet, and dead letters for 14 days, so they are state like the tables.
 * Nothing in here names a function, and a release of the functions leaves this stack as it is.
 */
export class ApiStateStack extends Stack {
  readonly #names: Names;
  readonly #dataKey: Key;
  readonly #alarmTopic: Topic;

  constructor(scope: Construct, id: string, props: ApiStateStackProps) {
    super(scope, id, { terminationProtection: true, ...props });
    const { names } = props;
    this.#names = names;
    this.#dataKey = this.#key('data');
    this.#key('seal');
    this.#alarmTopic = new Topic(this, 'Alarms', {
      topicName: names.of('alarms'),
      masterKey: this.#dataKey,
      enforceSSL: true,
    });
    this.#letAlarmsPublish(props.abroad);
    this.#letQueuesBeRead(props.abroad);
    new EventBus(this, 'Notifications', { eventBusName: names.prefix });
    new MessageBucket(this, 'Messages', { bucketName: names.messageBucket(), key: this.#dataKey });
    this.#addTables();
    this.#addQueues(Duration.seconds(props.settings.alarmMessageAge));
  }

  #key(part: 'data' | 'seal'): Key {
    const alias = this.#names.keyAlias(part);
    return new Key(this, `${pascalCase(part)}Key`, { alias, enableKeyRotation: true });
  }

  /** Lambda opens messages in the names of functions that lie in other accounts. */
  #letQueuesBeRead(abroad: readonly CellAbroad[]): void {
    for (const cell of abroad)
      this.#dataKey.addToResourcePolicy(
        new PolicyStatement({
          actions: [OPEN],
          principals: [roleAbroad(this.#names, cell)],
          resources: ['*'],
          conditions: throughQueues(),
        }),
      );
  }

  #letAlarmsPublish(abroad: readonly CellAbroad[]): void {
    // An alarm that may not publish, or cannot use the key, is silent, without an error anywhere. A topic with a policy
    // of its own, as enforceSSL makes it, has lost the default one that let its account publish.
    const others = [...new Set(abroad.map(({ account }) => account))];
    const ofAccounts = {
      StringEquals: { 'aws:SourceAccount': others.length === 0 ? this.account : [this.account, ...others] },
    };
    const alarms = new ServicePrincipal('cloudwatch.amazonaws.com', { conditions: ofAccounts });
    this.#dataKey.grant(alarms, 'kms:Decrypt', 'kms:GenerateDataKey');
    this.#alarmTopic.addToResourcePolicy(
      new PolicyStatement({ actions: ['sns:Publish'], principals: [alarms], resources: [this.#alarmTopic.topicArn] }),
    );
  }

  #addTables(): void {
    for (const [table, indexes] of Object.entries(INDEXES)) {
      new RecordTable(this, `${pascalCase(table)}Table`, {
        tableName: this.#names.of(table),
        key: this.#dataKey,
        alarmTopic: this.#alarmTopic,
        indexes,
        numericIndexes: ['by-capacity'],
        ...(table === 'requests' ? { timeToLiveAttribute: 'expires_at' } : {}),
      });
    }
  }

  #addQueues(alarmAge: Duration): void {
    for (const [part, settings] of Object.entries(QUEUES)) {
      new RpcQueue(this, `${pascalCase(part)}Queue`, {
        queueName: this.#names.of(part),
        key: this.#dataKey,
        alarmTopic: this.#alarmTopic,
        alarmAge,
        ...settings,
      });
    }
  }
}
