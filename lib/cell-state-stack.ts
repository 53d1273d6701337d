import { type Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Alias } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { RecordTable } from './constructs/record-table.ts';
import { CONDUCTOR_QUEUE, RpcQueue } from './constructs/rpc-queue.ts';
import { CELL0, type Names } from './names.ts';
import { CELL_INDEXES } from './table-indexes.ts';

export interface CellStateStackProps extends StackProps {
  readonly names: Names;
  readonly cell: string;
  /** Beyond this lag of the conductor queue the hosts' heartbeats are unknown, and nothing is fenced. */
  readonly serviceDownTime: Duration;
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
    new RpcQueue(this, 'ConductorQueue', {
      queueName: names.cell(cell, 'conductor'),
      key,
      alarmTopic,
      ...CONDUCTOR_QUEUE,
      alarmAge: props.serviceDownTime,
    });
  }
}
