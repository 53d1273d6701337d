import { describe, expect, it } from 'vitest';
import { CONDUCTOR_VISIBILITY_SECONDS } from '#ports/conductor-queue';
import { indexAttribute, KEYS_ONLY } from '#ports/index-attribute';
import type { Json, JsonMap } from '#ports/json';
import { mapOf } from '#wire/reading';
import { CELL_INDEXES, INDEXES } from '../../lib/table-indexes.ts';
import { arn, resolvedWith } from './resolved.ts';

const resources = resolvedWith({});
const ofType = (type: string) => resources.filter((each) => each.type === `AWS::${type}`);
const propertiesOf = (type: string): JsonMap[] => ofType(type).map(({ properties }) => properties);
const named = (part: string): string => `nova-conductor-${part}`;

const DAY = 86_400;
const API_KEY = 'DataKey';
const CELL_KEY = arn('kms', 'alias/nova-conductor-data');

/** The resource of a type whose property has this value. */
const theOne = (type: string, property: string, value: string): JsonMap =>
  propertiesOf(type).find((each) => each[property] === value) ?? {};

/** What keeps everybody away who does not use TLS. */
const deniesPlainText = (service: string, resource: Json): JsonMap => ({
  Action: `${service}:*`,
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Resource: resource,
});

/** Queues with the seconds that a message is hidden, the deliveries of one that fails, and the key. */
const QUEUES: readonly (readonly [name: string, hidden: number, deliveries: number, key: string])[] = [
  ['compute-task', 120, 1000, API_KEY],
  ['conductor', CONDUCTOR_VISIBILITY_SECONDS, 1000, API_KEY],
  ['network', 180, 5, API_KEY],
  ['cell-cell1-conductor', CONDUCTOR_VISIBILITY_SECONDS, 1000, CELL_KEY],
  ['cell-cell2-conductor', CONDUCTOR_VISIBILITY_SECONDS, 1000, CELL_KEY],
];

const common = (name: string, key: string, days: number): JsonMap => ({
  KmsDataKeyReusePeriodSeconds: 3600,
  KmsMasterKeyId: key,
  MessageRetentionPeriod: days * DAY,
  QueueName: named(name),
});

describe('a queue', () => {
  // No delay, no bound of its own on the size of a message, no list of those who may redrive to it.
  it.each(QUEUES)('%s has this and nothing else set, and its dead letters too', (name, hidden, deliveries, key) => {
    expect(theOne('SQS::Queue', 'QueueName', named(name))).toEqual({
      ...common(name, key, 4),
      RedrivePolicy: { deadLetterTargetArn: arn('sqs', named(`${name}-dlq`)), maxReceiveCount: deliveries },
      VisibilityTimeout: hidden,
    });
    expect(theOne('SQS::Queue', 'QueueName', named(`${name}-dlq`))).toEqual(common(`${name}-dlq`, key, 14));
  });

  it('is one of these', () => {
    expect(propertiesOf('SQS::Queue')).toHaveLength(2 * QUEUES.length);
  });

  it('takes and gives messages over TLS alone', () => {
    const names = QUEUES.flatMap(([name]) => [named(name), named(`${name}-dlq`)]);

    expect(propertiesOf('SQS::QueuePolicy')).toHaveLength(names.length);
    expect(propertiesOf('SQS::QueuePolicy')).toEqual(
      expect.arrayContaining(
        names.map((name) => ({
          PolicyDocument: { Statement: [deniesPlainText('sqs', arn('sqs', name))], Version: '2012-10-17' },
          Queues: [name],
        })),
      ),
    );
  });
});

const TABLES: readonly (readonly [name: string, indexes: readonly string[], key: string])[] = [
  ...Object.entries(INDEXES).map(([name, indexes]) => [name, indexes, API_KEY] as const),
  ...['cell0', 'cell1', 'cell2'].map((cell) => [`cell-${cell}`, CELL_INDEXES, CELL_KEY] as const),
];

const keys = (partition: string, sort: string): Json => [
  { AttributeName: partition, KeyType: 'HASH' },
  { AttributeName: sort, KeyType: 'RANGE' },
];

describe('a table', () => {
  // No stream, no bound on what may be read and written, and but for requests no time to live.
  it.each(TABLES)('%s has this and nothing else set', (name, indexes, key) => {
    const attributes = [
      'pk',
      'sk',
      ...indexes.flatMap((index) => [indexAttribute(index), `${indexAttribute(index)}_sort`]),
    ];

    expect(theOne('DynamoDB::GlobalTable', 'TableName', named(name))).toEqual({
      AttributeDefinitions: attributes.map((AttributeName) => ({
        AttributeName,
        AttributeType: AttributeName === 'by_capacity_sort' ? 'N' : 'S',
      })),
      BillingMode: 'PAY_PER_REQUEST',
      ...(indexes.length === 0
        ? {}
        : {
            GlobalSecondaryIndexes: indexes.map((IndexName) => ({
              IndexName,
              KeySchema: keys(indexAttribute(IndexName), `${indexAttribute(IndexName)}_sort`),
              Projection: { ProjectionType: KEYS_ONLY.has(IndexName) ? 'KEYS_ONLY' : 'ALL' },
            })),
          }),
      KeySchema: keys('pk', 'sk'),
      Replicas: [
        {
          DeletionProtectionEnabled: true,
          ...(indexes.length === 0 ? {} : { GlobalSecondaryIndexes: indexes.map((IndexName) => ({ IndexName })) }),
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          Region: 'us-east-1',
          SSESpecification: { KMSMasterKeyId: key },
          Tags: [{ Key: 'deployment', Value: 'nova-conductor' }],
        },
      ],
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      TableName: named(name),
      ...(name === 'requests' ? { TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true } } : {}),
    });
  });

  it('is one of these', () => {
    expect(propertiesOf('DynamoDB::GlobalTable')).toHaveLength(TABLES.length);
  });
});

describe('keys, topic, bus and bucket', () => {
  it('are known by the names that other stacks and functions have for them', () => {
    expect(propertiesOf('KMS::Alias')).toEqual([
      { AliasName: 'alias/nova-conductor-data', TargetKeyId: 'DataKey' },
      { AliasName: 'alias/nova-conductor-seal', TargetKeyId: 'SealKey' },
    ]);
    expect(propertiesOf('SNS::Topic')).toEqual([{ KmsMasterKeyId: API_KEY, TopicName: named('alarms') }]);
    expect(propertiesOf('Events::EventBus')).toEqual([{ Name: 'nova-conductor' }]);
  });

  it('have their keys turned every year', () => {
    expect(propertiesOf('KMS::Key').map(({ EnableKeyRotation }) => EnableKeyRotation)).toEqual([true, true]);
  });

  it('publish and store over TLS alone, and keep one version of every payload', () => {
    const topic = arn('sns', named('alarms'));
    const bucket = `${named('messages')}-000000000000`;
    const [topicPolicy] = propertiesOf('SNS::TopicPolicy');
    const [bucketPolicy] = propertiesOf('S3::BucketPolicy');

    expect(topicPolicy?.['Topics']).toEqual([topic]);
    expect(mapOf(topicPolicy?.['PolicyDocument'])['Statement']).toContainEqual({
      Action: 'sns:Publish',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      Effect: 'Deny',
      Principal: '*',
      Resource: topic,
      Sid: 'AllowPublishThroughSSLOnly',
    });
    expect(bucketPolicy).toEqual({
      Bucket: bucket,
      PolicyDocument: { Statement: [deniesPlainText('s3', [bucket, `${bucket}/*`])], Version: '2012-10-17' },
    });
    expect(Object.keys(propertiesOf('S3::Bucket')[0] ?? {}).toSorted()).toEqual([
      'BucketEncryption',
      'BucketName',
      'LifecycleConfiguration',
      'OwnershipControls',
      'PublicAccessBlockConfiguration',
    ]);
    expect(mapOf(propertiesOf('S3::Bucket')[0]?.['LifecycleConfiguration'])['Rules']).toEqual([
      { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, ExpirationInDays: 19, Status: 'Enabled' },
    ]);
  });
});
