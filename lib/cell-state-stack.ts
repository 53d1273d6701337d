import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Alias } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { type CellAbroad, objectRpcPart, roleAbroad } from './abroad.ts';
import type { FunctionSettings } from './api-stack.ts';
import { RecordTable } from './constructs/record-table.ts';
import { CONDUCTOR_QUEUE, RpcQueue } from './constructs/rpc-queue.ts';
import { CELL0, type Names } from './names.ts';
import { RECEIVE } from './iam-actions.ts';
import { ObjectGrants } from './object-grants.ts';
import { CELL_INDEXES } from './table-indexes.ts';

export interface CellStateStackProps extends StackProps {
  readonly names: Names;
  readonly cell: string;
  readonly settings: FunctionSettings;
  /**
   * The account in which the functions of the cell run.
   *
   * @default this one
   */
  readonly abroad?: CellAbroad | undefined;
}

/**
 * What a cell keeps: its table, and the conductor queue on which its hosts make their object calls.
 *
 * Queues of hosts come with the hosts. Servers in cell0 have no host, so cell0 has no queue.
 */
export class CellStateStack extends Stack {
  constructor(scope: Construct, id: string, props: CellStateStackProps) {
    super(scope, id, { terminationProtection: true, ...props });
    const { cell, names } = props;
    const key = Alias.fromAliasName(this, 'DataKey', names.keyAlias('data'));
    const alarmTopic = Topic.fromTopicArn(this, 'Alarms', names.topicArn('alarms'));
    new RecordTable(this, 'Table', { tableName: names.cell(cell), key, alarmTopic, indexes: CELL_INDEXES });
    if (cell === CELL0) return;
    const { queue } = new RpcQueue(this, 'ConductorQueue', {
      queueName: names.cell(cell, 'conductor'),
      key,
      alarmTopic,
      ...CONDUCTOR_QUEUE,
      // Beyond this lag the hosts' heartbeats are unknown, and nothing is fenced.
      alarmAge: Duration.seconds(props.settings.serviceDownTime),
    });
    if (props.abroad !== undefined) this.#openTo(props, props.abroad, queue);
  }

  /** Lets the object function of another account have its queue read, and act in a role of this one. */
  #openTo(props: CellStateStackProps, abroad: CellAbroad, queue: Queue): void {
    const principal = roleAbroad(props.names, abroad);
    queue.addToResourcePolicy(
      new PolicyStatement({ actions: [...RECEIVE], principals: [principal], resources: [queue.queueArn] }),
    );
    const role = new Role(this, 'ObjectRpcRole', {
      roleName: props.names.of(objectRpcPart(abroad.cell)),
      assumedBy: principal,
      description: `What the object function of ${abroad.cell} may do, which runs in ${abroad.account}`,
    });
    new ObjectGrants(props).home(role);
  }
}
