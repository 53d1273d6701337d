import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { pascalCase } from '../statemachines/builder.ts';
import { STATE_MACHINES } from '../statemachines/definitions.ts';
import { MessageBucket } from './constructs/message-bucket.ts';
import { OperationsDashboard, waitingServers } from './constructs/operations-dashboard.ts';
import { RecordTable } from './constructs/record-table.ts';
import { CONDUCTOR_QUEUE, RpcQueue, type RpcQueueProps } from './constructs/rpc-queue.ts';
import { RunbookAlarm } from './constructs/runbook-alarm.ts';
import { TaskFunction, type TaskFunctionProps } from './constructs/task-function.ts';
import { Workflow } from './constructs/workflow.ts';
import type { Names } from './names.ts';
import { INDEXES, type Port, Ports } from './ports.ts';
import { WORKFLOW_GRANTS } from './workflow-grants.ts';

/** What the context of the app decides for every function. */
export interface FunctionSettings {
  readonly tracing: boolean;
  readonly requirePrincipals: boolean;
  readonly notificationFormat: string;
  /** Empty where servers that change are not told of. */
  readonly notifyOnStateChange: string;
}

/** Whether object calls have anything to tell: saved servers, or services, which the versioned family alone knows. */
export const tellsOfCalls = ({ notificationFormat, notifyOnStateChange }: FunctionSettings): boolean =>
  notificationFormat !== 'unversioned' || notifyOnStateChange !== '';

export interface ApiStackProps extends StackProps {
  readonly names: Names;
  readonly settings: FunctionSettings;
}

/** The API level: compute-task and conductor queues, the functions behind them, workflows, tables and the event bus. */
export class ApiStack extends Stack {
  /** Encrypts tables, queues and the alarm topic, those of the cells included. */
  readonly dataKey: Key;
  /** Seals request documents. */
  readonly sealKey: Key;
  /** Every alarm of the deployment is published here. */
  readonly alarmTopic: Topic;
  readonly workflows: readonly string[] = STATE_MACHINES;
  readonly #names: Names;
  readonly #settings: FunctionSettings;
  readonly #ports: Ports;

  constructor(scope: Construct, id: string, props: ApiStackProps) {
    super(scope, id, props);
    this.#names = props.names;
    this.#settings = props.settings;
    checkGrants(this.workflows);
    this.dataKey = new Key(this, 'DataKey', { alias: props.names.of('data'), enableKeyRotation: true });
    this.sealKey = new Key(this, 'SealKey', { alias: props.names.of('seal'), enableKeyRotation: true });
    this.alarmTopic = new Topic(this, 'Alarms', {
      topicName: props.names.of('alarms'),
      masterKey: this.dataKey,
      enforceSSL: true,
    });
    this.#letAlarmsPublish();
    this.#ports = new Ports({
      names: props.names,
      dataKey: this.dataKey,
      sealKey: this.sealKey,
      workflows: this.workflows,
    });
    new EventBus(this, 'Notifications', { eventBusName: props.names.prefix });
    new MessageBucket(this, 'Messages', { bucketName: props.names.messageBucket(), key: this.dataKey });
    this.#addTables();
    this.#addRpc();
    for (const workflow of this.workflows) this.#addWorkflow(workflow);
    this.#addReconciler();
    new OperationsDashboard(this, 'Dashboard', { names: props.names, workflows: this.workflows });
  }

  #letAlarmsPublish(): void {
    // An alarm that may not publish, or cannot use the key, is silent, without an error anywhere. A topic with a policy of
    // its own, as enforceSSL makes it, has lost the default one that let its account publish.
    const ofThisAccount = { StringEquals: { 'aws:SourceAccount': this.account } };
    const alarms = new ServicePrincipal('cloudwatch.amazonaws.com', { conditions: ofThisAccount });
    this.dataKey.grant(alarms, 'kms:Decrypt', 'kms:GenerateDataKey');
    this.alarmTopic.addToResourcePolicy(
      new PolicyStatement({ actions: ['sns:Publish'], principals: [alarms], resources: [this.alarmTopic.topicArn] }),
    );
  }

  #addTables(): void {
    for (const [table, indexes] of Object.entries(INDEXES)) {
      new RecordTable(this, `${pascalCase(table)}Table`, {
        tableName: this.#names.of(table),
        key: this.dataKey,
        alarmTopic: this.alarmTopic,
        indexes,
        numericIndexes: ['by-capacity'],
        ...(table === 'requests' ? { timeToLiveAttribute: 'expires_at' } : {}),
      });
    }
  }

  #addRpc(): void {
    const computeTask = this.#queue('compute-task', { visibilityTimeout: Duration.minutes(6) });
    // A request for 1,000 servers is stored in fifty parts, and lies in memory some four times over.
    const taskRpc = this.#function('task-rpc', 'task-rpc/task-rpc.lambda.ts', TASK_RPC_PORTS, {
      timeout: Duration.minutes(1),
      memorySize: 1024,
    });
    taskRpc.consume(computeTask.queue);
    this.#ports.send(taskRpc, 'compute-task-dlq');

    const conductor = this.#queue('conductor', CONDUCTOR_QUEUE);
    const objectRpc = this.#function('object-rpc', 'object-rpc/object-rpc.lambda.ts', OBJECT_RPC_PORTS, {
      timeout: Duration.seconds(10),
    });
    if (tellsOfCalls(this.#settings)) this.#ports.grant(objectRpc, ['notifier']);
    objectRpc.consume(conductor.queue);
    this.#ports.send(objectRpc, 'conductor-dlq');

    this.#queue('network');
  }

  #addWorkflow(workflow: string): void {
    const { ports, starts, timeout } = WORKFLOW_GRANTS[workflow] ?? { ports: [] };
    new Workflow(this, pascalCase(workflow), {
      names: this.#names,
      workflow,
      stepFunction: this.#function(
        workflow,
        `workflows/${workflow}/${workflow}.lambda.ts`,
        ports,
        timeout ? { timeout } : {},
      ),
      alarmTopic: this.alarmTopic,
      tracing: this.#settings.tracing,
      ...(starts === undefined ? {} : { starts }),
    });
  }

  #addReconciler(): void {
    const reconciler = this.#function('reconciler', 'reconciler/reconciler.lambda.ts', RECONCILER_PORTS, {
      timeout: Duration.minutes(4),
    });
    reconciler.runEvery(this.#names.of('reconciler'), Duration.minutes(5));
    new RunbookAlarm(this, 'OldestWaitingServerAlarm', {
      alarmName: this.#names.of('oldest-waiting-server'),
      summary: 'A server has been in transition for more than an hour.',
      section: 'oldest-waiting-server',
      metric: waitingServers(this.#names.prefix),
      threshold: Duration.hours(1).toSeconds(),
      evaluationPeriods: 2,
      topic: this.alarmTopic,
    });
  }

  #queue(part: string, settings: Pick<RpcQueueProps, 'visibilityTimeout' | 'maxReceiveCount'> = {}): RpcQueue {
    return new RpcQueue(this, `${pascalCase(part)}Queue`, {
      queueName: this.#names.of(part),
      key: this.dataKey,
      alarmTopic: this.alarmTopic,
      ...settings,
    });
  }

  #function(
    part: string,
    entry: string,
    ports: readonly Port[],
    settings: Pick<TaskFunctionProps, 'timeout' | 'memorySize'> = {},
  ): TaskFunction {
    const made = new TaskFunction(this, `${pascalCase(part)}Function`, {
      names: this.#names,
      part,
      entry,
      alarmTopic: this.alarmTopic,
      sealKeyId: this.sealKey.keyId,
      ...this.#settings,
      ...settings,
    });
    this.#ports.grant(made, ports);
    return made;
  }
}

const TASK_RPC_PORTS: readonly Port[] = [
  'api-store',
  'cell-store',
  'request-documents',
  'executions',
  'task-tokens',
  'replies',
  'payloads',
];

/** No `executions`: a function that hosts can reach starts no workflow. */
const OBJECT_RPC_PORTS: readonly Port[] = [
  'api-store',
  'cell-store',
  'placement',
  'waiting-calls',
  'task-tokens',
  'replies',
  'payloads',
];

const RECONCILER_PORTS: readonly Port[] = [
  'api-store',
  'cell-store',
  'placement',
  'service-group',
  'waiting-calls',
  'execution-status',
  'task-tokens',
  'notifier',
];

function checkGrants(defined: readonly string[]): void {
  const granted = Object.keys(WORKFLOW_GRANTS);
  const missing = defined.filter((workflow) => !granted.includes(workflow));
  const unused = granted.filter((workflow) => !defined.includes(workflow));
  if (missing.length > 0 || unused.length > 0) {
    throw new Error(
      `statemachines/ and lib/workflow-grants.ts differ: no grants for [${missing.join(', ')}], no state machine for [${unused.join(', ')}]`,
    );
  }
}
