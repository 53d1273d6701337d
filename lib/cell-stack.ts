import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { tellsOfCalls, type ApiStack, type FunctionSettings } from './api-stack.ts';
import { RecordTable } from './constructs/record-table.ts';
import { CONDUCTOR_QUEUE, RpcQueue } from './constructs/rpc-queue.ts';
import { TaskFunction } from './constructs/task-function.ts';
import { CELL0, type Names } from './names.ts';
import { CELL_INDEXES, type Port, Ports } from './ports.ts';

export interface CellStackProps extends StackProps {
  readonly names: Names;
  readonly cell: string;
  readonly api: ApiStack;
  readonly settings: FunctionSettings;
}

/** What a host's object calls may reach beyond the records of its own cell. */
const OBJECT_RPC_PORTS: readonly Port[] = [
  'api-reader',
  'cell-store',
  'placement',
  'waiting-calls',
  'task-tokens',
  'replies',
  'payloads',
];

/**
 * One cell: its table, and the conductor queue on which its hosts make their object calls.
 *
 * Queues of hosts come with the hosts. Servers in cell0 have no host, so cell0 has no queue and no function.
 */
export class CellStack extends Stack {
  constructor(scope: Construct, id: string, props: CellStackProps) {
    super(scope, id, props);
    const { api, cell, names } = props;
    new RecordTable(this, 'Table', {
      tableName: names.cell(cell),
      key: api.dataKey,
      alarmTopic: api.alarmTopic,
      indexes: CELL_INDEXES,
    });
    if (cell === CELL0) return;

    const conductor = new RpcQueue(this, 'ConductorQueue', {
      queueName: names.cell(cell, 'conductor'),
      key: api.dataKey,
      alarmTopic: api.alarmTopic,
      ...CONDUCTOR_QUEUE,
      // Beyond service_down_time (60 s) of lag the hosts' heartbeats are unknown, and nothing is fenced.
      alarmAge: Duration.minutes(1),
    });
    const objectRpc = new TaskFunction(this, 'ObjectRpcFunction', {
      names,
      part: `cell-${cell}-object-rpc`,
      entry: 'object-rpc/object-rpc.lambda.ts',
      alarmTopic: api.alarmTopic,
      sealKeyId: api.sealKey.keyId,
      environment: { CELL: cell, CELL_UUID: names.cellUuid(cell) },
      timeout: Duration.seconds(10),
      ...props.settings,
    });
    const ports = new Ports({ names, dataKey: api.dataKey, sealKey: api.sealKey, workflows: api.workflows, cell });
    ports.grant(objectRpc, OBJECT_RPC_PORTS);
    if (tellsOfCalls(props.settings)) ports.grant(objectRpc, ['notifier']);
    ports.send(objectRpc, `cell-${cell}-conductor-dlq`);
    objectRpc.consume(conductor.queue);
    new CfnOutput(this, 'CellUuid', {
      value: names.cellUuid(cell),
      description: 'The uuid with which the cell mapping is created',
    });
  }
}
