import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { namedCloud } from '#configuration/openstack';
import { CELL } from '#configuration/options';
import { environmentOf } from '#configuration/read';
import { objectRpcPart } from './abroad.ts';
import { announceSenderCheck, type FunctionSettings } from './api-stack.ts';
import { DirectUrl } from './constructs/direct-url.ts';
import { addGuestAlarms } from './constructs/guest-alarms.ts';
import { TaskFunction } from './constructs/task-function.ts';
import type { Names } from './names.ts';
import { OBJECT_RPC_PORTS, ObjectGrants } from './object-grants.ts';
import { asksCloud } from './ports.ts';

export interface CellStackProps extends StackProps {
  /** Names of what lies in the deployment's account. */
  readonly names: Names;
  readonly cell: string;
  readonly settings: FunctionSettings;
  /** Whether the stack lies in another account than all else. */
  readonly abroad: boolean;
}

/** What runs for a cell: the functions that answer the object calls of its hosts. */
export class CellStack extends Stack {
  constructor(scope: Construct, id: string, props: CellStackProps) {
    super(scope, id, props);
    const { abroad, cell, names } = props;
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
      part: objectRpcPart(cell),
      entry: 'object-rpc/object-rpc.lambda.ts',
      timeout: Duration.seconds(10),
      ...(props.settings.objectReservation === null ? {} : { reservedConcurrency: props.settings.objectReservation }),
      ...(abroad ? { homeRoleArn: names.roleArn(objectRpcPart(cell)) } : {}),
    });
    const grants = new ObjectGrants(props);
    if (abroad) {
      grants.abroad(objectRpc);
      // What functions count is counted in the account in which they run.
      addGuestAlarms(this, names.prefix, common.alarmTopic, (about) => names.cell(cell, about));
    } else grants.queue(objectRpc);
    const { objectConcurrency, objectReservation } = props.settings;
    // More batches than the reservation has room for would be turned away, and come again later.
    const most = objectReservation === null ? objectConcurrency : Math.min(objectConcurrency, objectReservation);
    objectRpc.consume(names.queueArn(`cell-${cell}-conductor`), most);
    if (props.settings.directCalls) {
      grants.url(new DirectUrl(this, { ...common, part: names.directPart(cell) }));
    }
    announceSenderCheck(this, props.settings);
    new CfnOutput(this, 'CellUuid', {
      value: names.cellUuid(cell),
      description: 'The uuid with which the cell mapping is created',
    });
  }
}
