import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { nameOf, resourcesOf, TABLE, templatesWith } from './synthesised.ts';

const { api, apiState } = templatesWith();

describe('the API stack', () => {
  it('has the five tables of the API level, each recoverable and protected from deletion', () => {
    const tables = resourcesOf(apiState, TABLE);

    expect(tables.map((table) => nameOf(table, 'TableName')).toSorted()).toEqual([
      'nova-conductor-api',
      'nova-conductor-build-requests',
      'nova-conductor-mappings',
      'nova-conductor-placement',
      'nova-conductor-requests',
    ]);
    for (const table of tables) {
      expect(table).toMatchObject({
        DeletionPolicy: 'Retain',
        Properties: {
          BillingMode: 'PAY_PER_REQUEST',
          Replicas: [
            {
              DeletionProtectionEnabled: true,
              PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
              SSESpecification: { KMSMasterKeyId: { 'Fn::GetAtt': [expect.stringMatching(/^DataKey/u), 'Arn'] } },
            },
          ],
          SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
        },
      });
    }
  });

  it('lets request documents vanish and nothing else', () => {
    const vanishing = resourcesOf(apiState, TABLE).filter(
      (table) => table.Properties?.['TimeToLiveSpecification'] !== undefined,
    );

    expect(vanishing.map((table) => nameOf(table, 'TableName'))).toEqual(['nova-conductor-requests']);
    expect(vanishing[0]?.Properties).toMatchObject({
      TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
    });
  });

  it.each([
    ['nova-conductor-mappings', ['by-cell', 'by-project'], 'S'],
    ['nova-conductor-build-requests', ['by-project'], 'S'],
    ['nova-conductor-api', ['by-project'], 'S'],
    ['nova-conductor-placement', ['lookup', 'by-capacity'], 'N'],
  ])('%s has the indexes %j, the last sorted by a value of type %s', (tableName, indexes, sortType) => {
    const last = indexes.at(-1)?.replaceAll('-', '_') ?? '';

    apiState.hasResourceProperties(TABLE, {
      TableName: tableName,
      AttributeDefinitions: Match.arrayWith([
        { AttributeName: last, AttributeType: 'S' },
        { AttributeName: `${last}_sort`, AttributeType: sortType },
      ]),
      GlobalSecondaryIndexes: indexes.map((index) => ({
        IndexName: index,
        KeySchema: [
          { AttributeName: index.replaceAll('-', '_'), KeyType: 'HASH' },
          { AttributeName: `${index.replaceAll('-', '_')}_sort`, KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: index === 'by-project' || index === 'lookup' ? 'KEYS_ONLY' : 'ALL' },
      })),
    });
  });

  it('gives each queue an encrypted dead-letter queue of its own', () => {
    const queues = resourcesOf(apiState, 'AWS::SQS::Queue');
    const names = queues.map((queue) => nameOf(queue, 'QueueName')).toSorted();

    expect(names).toEqual([
      'nova-conductor-compute-task',
      'nova-conductor-compute-task-dlq',
      'nova-conductor-conductor',
      'nova-conductor-conductor-dlq',
      'nova-conductor-network',
      'nova-conductor-network-dlq',
    ]);
    for (const queue of queues) {
      const isDeadLetterQueue = nameOf(queue, 'QueueName').endsWith('-dlq');
      expect(queue.Properties?.['KmsMasterKeyId']).toBeDefined();
      expect(queue.Properties?.['RedrivePolicy'] === undefined).toBe(isDeadLetterQueue);
    }
  });

  it('keeps payloads that no queue takes encrypted, private, over TLS only, and longer than any message that points to them', () => {
    const [bucket, ...others] = resourcesOf(apiState, 'AWS::S3::Bucket');

    expect(others).toEqual([]);
    expect(bucket?.Properties).toMatchObject({
      BucketName: { 'Fn::Join': ['', ['nova-conductor-messages-', { Ref: 'AWS::AccountId' }]] },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: {
              SSEAlgorithm: 'aws:kms',
              KMSMasterKeyID: { 'Fn::GetAtt': [expect.stringMatching(/^DataKey/u), 'Arn'] },
            },
          },
        ],
      },
      LifecycleConfiguration: {
        Rules: [
          {
            ExpirationInDays: 19,
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
            Status: 'Enabled',
          },
        ],
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    apiState.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: Match.objectLike({
        Statement: [Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
      }),
    });
  });

  it('publishes alarms under the key of the data', () => {
    apiState.hasResourceProperties('AWS::SNS::Topic', {
      TopicName: 'nova-conductor-alarms',
      KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^DataKey'), 'Arn'] },
    });
  });

  it('says wherever it is seen that every sender is believed, where it is so, and nowhere else', () => {
    const open = templatesWith({ requirePrincipals: false });

    for (const [template, isOpen] of [
      [api, false],
      [open.api, true],
    ] as const) {
      expect(Object.keys(template.findOutputs('SenderCheck'))).toEqual(isOpen ? ['SenderCheck'] : []);
      const dashboard = JSON.stringify(template.findResources('AWS::CloudWatch::Dashboard'));
      expect(dashboard.includes('Every sender is believed')).toBe(isOpen);
    }
    open.cells.get('cell1')?.hasOutput('SenderCheck', { Value: 'OFF' });
  });

  it('hides a received message longer than its function may take', () => {
    const functions = { 'task-rpc': 60, 'object-rpc': 10 };
    const queues = { 'compute-task': 120, conductor: 30 };

    for (const [name, seconds] of Object.entries(functions))
      api.hasResourceProperties('AWS::Lambda::Function', { FunctionName: `nova-conductor-${name}`, Timeout: seconds });
    for (const [queue, seconds] of Object.entries(queues))
      apiState.hasResourceProperties('AWS::SQS::Queue', {
        QueueName: `nova-conductor-${queue}`,
        VisibilityTimeout: seconds,
      });
  });

  it('configures functions for unknown principals only where the context says so', () => {
    const emulated = templatesWith({ requirePrincipals: 'false' }).api;

    emulated.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'nova-conductor-task-rpc',
      Environment: { Variables: { REQUIRE_PRINCIPALS: 'false' } },
    });
  });

  it('configures functions with the notifications to send, as the context says', () => {
    const notifying = templatesWith({ notificationFormat: 'both', notifyOnStateChange: 'vm_state' }).api;

    for (const [template, variables] of [
      [api, { NOTIFICATION_FORMAT: 'unversioned' }],
      [notifying, { NOTIFICATION_FORMAT: 'both', NOTIFY_ON_STATE_CHANGE: 'vm_state' }],
    ] as const)
      template.hasResourceProperties('AWS::Lambda::Function', {
        FunctionName: 'nova-conductor-launch',
        Environment: { Variables: variables },
      });
  });

  it('fails with the remedy for a notification format that there is not', () => {
    expect(() => templatesWith({ notificationFormat: 'legacy' })).toThrow(
      'context "notificationFormat" is "legacy": it may be unversioned, versioned, both',
    );
  });
});
