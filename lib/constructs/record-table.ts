import { indexAttribute } from '#ports/tables';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { RunbookAlarm } from './runbook-alarm.ts';

export interface RecordTableProps {
  readonly tableName: string;
  readonly key: IKey;
  readonly alarmTopic: ITopic;
  /**
   * Names of the indexes, `by-x`; the attributes are `by_x` and `by_x_sort`.
   *
   * @default none
   */
  readonly indexes?: readonly string[];
  /**
   * Indexes of the list whose sort attribute is a number.
   *
   * @default none
   */
  readonly numericIndexes?: readonly string[];
  /**
   * Attribute that holds the second after which an item may vanish.
   *
   * @default no time to live
   */
  readonly timeToLiveAttribute?: string;
}

/** A table of records that outlives its stack: on-demand, recoverable to a point in time, protected from deletion. */
export class RecordTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, props: RecordTableProps) {
    super(scope, id);
    const { timeToLiveAttribute } = props;
    this.table = new Table(this, 'Table', {
      tableName: props.tableName,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: props.key,
      removalPolicy: RemovalPolicy.RETAIN,
      ...(timeToLiveAttribute === undefined ? {} : { timeToLiveAttribute }),
    });
    for (const index of props.indexes ?? []) {
      const attribute = indexAttribute(index);
      const numeric = props.numericIndexes?.includes(index) ?? false;
      this.table.addGlobalSecondaryIndex({
        indexName: index,
        partitionKey: { name: attribute, type: AttributeType.STRING },
        sortKey: { name: `${attribute}_sort`, type: numeric ? AttributeType.NUMBER : AttributeType.STRING },
        projectionType: ProjectionType.ALL,
      });
    }
    for (const access of ['Read', 'Write'] as const) {
      new RunbookAlarm(this, `${access}ThrottledAlarm`, {
        alarmName: `${props.tableName}-${access.toLowerCase()}-throttled`,
        summary: `DynamoDB turns requests to ${props.tableName} away.`,
        section: 'table-throttled',
        metric: this.table.metric(`${access}ThrottleEvents`, { period: Duration.minutes(5), statistic: 'Sum' }),
        topic: props.alarmTopic,
        evaluationPeriods: 3,
      });
    }
  }
}
