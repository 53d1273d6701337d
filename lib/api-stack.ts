import { Annotations, CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { namedCloud, type NamedCloud } from '#configuration/openstack';
import type { ContextOptions } from '#configuration/context';
import { pascalCase } from '../statemachines/pascal-case.ts';
import { STATE_MACHINES } from '../statemachines/definitions.ts';
import { addGuestAlarms } from './constructs/guest-alarms.ts';
import {
  canaryFailing,
  OperationsDashboard,
  silentHosts,
  unusableServices,
  waitingInstances,
} from './constructs/operations-dashboard.ts';
import { RunbookAlarm } from './constructs/runbook-alarm.ts';
import { TaskFunction, type TaskFunctionProps } from './constructs/task-function.ts';
import { Workflow } from './constructs/workflow.ts';
import { allowDirectCalls } from './direct-grants.ts';
import type { Names } from './names.ts';
import { asksCloud, type Port, Ports } from './ports.ts';
import { BASE_PORTS, WORKFLOW_GRANTS } from './workflow-grants.ts';

/** What the context of the app decides for every function. */
export type FunctionSettings = Omit<ContextOptions, 'cells'>;

/**
 * Whether object calls have anything to publish: saved servers, or services, which the versioned family alone knows.
 */
export const notifiesOfCalls = ({ notificationFormat, notifyOnStateChange }: FunctionSettings): boolean =>
  notificationFormat !== 'unversioned' || notifyOnStateChange !== null;

/** Puts out that every sender is believed, where it is so. */
export function announceSenderCheck(stack: Stack, { requirePrincipals }: FunctionSettings): void {
  if (requirePrincipals) return;
  const description = 'requirePrincipals is off: whoever may send a message is believed to be whom it names';
  new CfnOutput(stack, 'SenderCheck', { value: 'OFF', description });
  Annotations.of(stack).addWarningV2('serverless-conductor:sender-check-off', description);
}

export interface ApiStackProps extends StackProps {
  readonly names: Names;
  readonly settings: FunctionSettings;
}

/**
 * What runs at the API level: the functions behind compute-task and conductor queues, the workflows, the reconciler.
 */
export class ApiStack extends Stack {
  readonly #names: Names;
  readonly #settings: FunctionSettings;
  readonly #alarmTopic: ITopic;
  readonly #ports: Ports;
  readonly #cloud: NamedCloud | undefined;

  constructor(scope: Construct, id: string, props: ApiStackProps) {
    super(scope, id, props);
    const { names } = props;
    const workflows: readonly string[] = STATE_MACHINES;
    this.#names = names;
    this.#settings = props.settings;
    checkGrants(workflows);
    this.#alarmTopic = Topic.fromTopicArn(this, 'Alarms', names.topicArn('alarms'));
    this.#cloud = namedCloud(props.settings);
    this.#ports = new Ports({ names, workflows, ...(this.#cloud === undefined ? {} : { cloud: this.#cloud }) });
    this.#addRpc();
    for (const workflow of workflows) this.#addWorkflow(workflow);
    this.#addReconciler();
    const { requirePrincipals } = props.settings;
    new OperationsDashboard(this, 'Dashboard', { names, workflows, requirePrincipals });
    announceSenderCheck(this, props.settings);
  }

  #addRpc(): void {
    // A request for 1,000 servers is stored in fifty parts, and lies in memory some four times over.
    const taskRpc = this.#function('task-rpc', 'task-rpc/task-rpc.lambda.ts', TASK_RPC_PORTS, {
      timeout: Duration.seconds(this.#settings.taskSeconds),
      memorySize: this.#settings.taskMemory,
    });
    this.#ports.consume(taskRpc, 'compute-task');
    taskRpc.consume(this.#names.queueArn('compute-task'), this.#settings.taskConcurrency);
    this.#ports.send(taskRpc, 'compute-task-dlq');

    const objectRpc = this.#function('object-rpc', 'object-rpc/object-rpc.lambda.ts', OBJECT_RPC_PORTS, {
      timeout: Duration.seconds(10),
    });
    this.#ports.consume(objectRpc, 'conductor');
    objectRpc.consume(this.#names.queueArn('conductor'), this.#settings.objectConcurrency);
    this.#ports.send(objectRpc, 'conductor-dlq');
  }

  #addWorkflow(workflow: string): void {
    const { base = BASE_PORTS, ports, starts, timeout } = WORKFLOW_GRANTS[workflow] ?? { ports: [] };
    new Workflow(this, pascalCase(workflow), {
      names: this.#names,
      workflow,
      stepFunction: this.#function(
        workflow,
        `workflows/${workflow}/${workflow}.lambda.ts`,
        [...base, ...ports],
        timeout ? { timeout } : {},
      ),
      alarmTopic: this.#alarmTopic,
      tracing: this.#settings.tracing,
      logDays: this.#settings.logDays,
      ...(starts === undefined ? {} : { starts }),
    });
  }

  #addReconciler(): void {
    const { canaryHosts } = this.#settings;
    const ports: readonly Port[] = canaryHosts === null ? RECONCILER_PORTS : [...RECONCILER_PORTS, 'canaries'];
    const reconciler = this.#function('reconciler', 'reconciler/reconciler.lambda.ts', ports, {
      timeout: Duration.minutes(4),
    });
    if (this.#settings.directCalls) allowDirectCalls(reconciler, this.#names);
    for (const host of canaryHosts ?? []) this.#alarmOfCanary(host);
    reconciler.runEvery(this.#names.of('reconciler'), Duration.minutes(1));
    new RunbookAlarm(this, 'OldestWaitingServerAlarm', {
      alarmName: this.#names.of('oldest-waiting-server'),
      summary: 'A server has been in transition for too long.',
      section: 'oldest-waiting-server',
      metric: waitingInstances(this.#names.prefix),
      threshold: this.#settings.alarmWaitingServer,
      evaluationPeriods: 2,
      topic: this.#alarmTopic,
    });
    new RunbookAlarm(this, 'SilentHostsAlarm', {
      alarmName: this.#names.of('silent-hosts'),
      summary: 'A host has not been heard for five minutes, and nobody has said that it is dead.',
      section: 'host-down',
      metric: silentHosts(this.#names.prefix),
      topic: this.#alarmTopic,
    });
    if ((this.#cloud?.services.length ?? 0) > 0)
      new RunbookAlarm(this, 'UnusableServicesAlarm', {
        alarmName: this.#names.of('unusable-services'),
        summary:
          'Operations wait for a service of the cloud that gives no answer, or that does not fit the deployment.',
        section: 'service-unusable',
        metric: unusableServices(this.#names.prefix),
        topic: this.#alarmTopic,
      });
    addGuestAlarms(this, this.#names.prefix, this.#alarmTopic, (about) => this.#names.of(about));
  }

  /** Two rounds within five minutes, so that one lost look calls nobody. */
  #alarmOfCanary(host: string): void {
    new RunbookAlarm(this, `CanaryAlarm-${host}`, {
      alarmName: this.#names.of(`canary-${host}`),
      summary: `An instance could not be built on ${host} and deleted again.`,
      section: 'canary-failing',
      metric: canaryFailing(this.#names.prefix, host),
      threshold: 2,
      topic: this.#alarmTopic,
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
      alarmTopic: this.#alarmTopic,
      settings: this.#settings,
      inSubnets: asksCloud(ports, this.#cloud?.services),
      ...settings,
    });
    this.#ports.grant(made, ports, part);
    return made;
  }
}

const TASK_RPC_PORTS: readonly Port[] = [
  'mappings',
  'existing-instances',
  'new-specs',
  'cell-instance',
  'new-requests',
  'executions',
  'given-back-tokens',
  'notifier',
  'replies',
  'payloads',
];

/** No `executions` and no tokens of servers: what settles a workflow is said by hosts, on the queues of their cells. */
const OBJECT_RPC_PORTS: readonly Port[] = [
  'api-store',
  'api-lists',
  // All other records of cells are reached by their own queues.
  'cell-members',
  'waiting-calls',
  'replies',
  'payloads',
];

const RECONCILER_PORTS: readonly Port[] = [
  'pulses',
  'service-group',
  'principals',
  'cell-list',
  'cell-store',
  'cell-removals',
  'request-parts',
  'relaunches',
  'left-tokens',
  // Hosts that were given up are ordered to destroy second guests.
  'short-orders',
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
