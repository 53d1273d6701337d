import { indexAttribute, KEYS_ONLY } from '#ports/index-attribute';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  CfnGlobalTable,
  ProjectionType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { RunbookAlarm } from './runbook-alarm.ts';

export interface RecordTableProps {
  readonly tableName: string;
  readonly key: IKey;
  readonly alarmTopic: ITopic;
  /**
   * Names of the indexes, `by-x` or `lookup`; the attributes are `by_x` and `by_x_sort`.
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
  readonly table: TableV2;

  constructor(scope: Construct, id: string, props: RecordTableProps) {
    super(scope, id);
    const { timeToLiveAttribute } = props;
    this.table = new TableV2(this, 'Table', {
      tableName: props.tableName,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      encryption: TableEncryptionV2.awsManagedKey(),
      removalPolicy: RemovalPolicy.RETAIN,
      globalSecondaryIndexes: (props.indexes ?? []).map((indexName) => {
        const attribute = indexAttribute(indexName);
        const numeric = props.numericIndexes?.includes(indexName) ?? false;
        return {
          indexName,
          partitionKey: { name: attribute, type: AttributeType.STRING },
          sortKey: { name: `${attribute}_sort`, type: numeric ? AttributeType.NUMBER : AttributeType.STRING },
          projectionType: KEYS_ONLY.has(indexName) ? ProjectionType.KEYS_ONLY : ProjectionType.ALL,
        };
      }),
      ...(timeToLiveAttribute === undefined ? {} : { timeToLiveAttribute }),
    });
    encryptWith(this.table, props.key);
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

/**
 * Names the key of the only replica. `TableEncryptionV2.customerManagedKey` does this only where the stack names its
 * region, and these stacks are made for whichever region they are deployed to.
 */
function encryptWith(table: TableV2, key: IKey): void {
  const resource = table.node.defaultChild;
  if (!(resource instanceof CfnGlobalTable)) throw new TypeError(`${table.node.path} is no AWS::DynamoDB::GlobalTable`);
  resource.addPropertyOverride('Replicas.0.SSESpecification.KMSMasterKeyId', key.keyArn);
}
