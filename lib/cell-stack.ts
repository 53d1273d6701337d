import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { namedCloud } from '#configuration/openstack';
import { CELL } from '#configuration/options';
import { environmentOf } from '#configuration/read';
import { STATE_MACHINES } from '../statemachines/definitions.ts';
import { announceSenderCheck, type FunctionSettings, notifiesOfCalls } from './api-stack.ts';
import { DirectUrl } from './constructs/direct-url.ts';
import { TaskFunction } from './constructs/task-function.ts';
import type { Names } from './names.ts';
import { asksCloud, type Port, Ports } from './ports.ts';

export interface CellStackProps extends StackProps {
  readonly names: Names;
  readonly cell: string;
  readonly settings: FunctionSettings;
}

/** What a host's object calls may reach beyond the records of its own cell. */
const OBJECT_RPC_PORTS: readonly Port[] = [
  'pulses',
  'api-reader',
  'api-lists',
  'quota-usage',
  'cell-records',
  'placement',
  'placement-names',
  'waiting-calls',
  'settled-tokens',
  'answered-tokens',
  'replies',
  'payloads',
];

/** The same by the function URL, where no pulse is sent on, and nobody answers a call of ours. */
const OBJECT_URL_PORTS: readonly Port[] = OBJECT_RPC_PORTS.filter(
  (port) => port !== 'pulses' && port !== 'waiting-calls' && port !== 'answered-tokens',
);

/** What runs for a cell: the functions that answer the object calls of its hosts. */
export class CellStack extends Stack {
  constructor(scope: Construct, id: string, props: CellStackProps) {
    super(scope, id, props);
    const { cell, names } = props;
    const cloud = namedCloud(props.settings);
    const common = {
      names,
      alarmTopic: Topic.fromTopicArn(this, 'Alarms', names.topicArn('alarms')),
      environment: environmentOf(CELL, { name: cell, uuid: names.cellUuid(cell) }),
      settings: props.settings,
      inSubnets: asksCloud(OBJECT_RPC_PORTS, cloud?.services),
    };
    const objectRpc = new TaskFunction(this, 'ObjectRpcFunction', {
      ...common,
      part: `cell-${cell}-object-rpc`,
      entry: 'object-rpc/object-rpc.lambda.ts',
      timeout: Duration.seconds(10),
      ...(props.settings.objectReservation === null ? {} : { reservedConcurrency: props.settings.objectReservation }),
    });
    const ports = new Ports({ names, workflows: STATE_MACHINES, cell, ...(cloud === undefined ? {} : { cloud }) });
    const notifying: readonly Port[] = notifiesOfCalls(props.settings) ? ['notifier'] : [];
    ports.grant(objectRpc, [...OBJECT_RPC_PORTS, ...notifying]);
    ports.send(objectRpc, `cell-${cell}-conductor-dlq`);
    ports.consume(objectRpc, `cell-${cell}-conductor`);
    const { objectConcurrency, objectReservation } = props.settings;
    // More batches than the reservation has room for would be turned away, and come again later.
    const most = objectReservation === null ? objectConcurrency : Math.min(objectConcurrency, objectReservation);
    objectRpc.consume(names.queueArn(`cell-${cell}-conductor`), most);
    if (props.settings.directCalls) {
      const direct = new DirectUrl(this, { ...common, part: names.directPart(cell) });
      ports.grant(direct, [...OBJECT_URL_PORTS, ...notifying]);
    }
    announceSenderCheck(this, props.settings);
    new CfnOutput(this, 'CellUuid', {
      value: names.cellUuid(cell),
      description: 'The uuid with which the cell mapping is created',
    });
  }
}
