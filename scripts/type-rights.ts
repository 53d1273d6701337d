/** What CloudFormation does with resources of a type, and by which addresses they are known before they are there. */
export interface TypeRights {
  readonly actions: readonly string[];
  /** Resources without the beginning of an ARN; `*` where the service knows no address when it is asked. */
  readonly resources: (deployment: string) => readonly string[];
  /** Why the resource is `*`, where it is. */
  readonly everywhere?: string;
}

/** Actions of a service, by lists of their names with spaces between. */
export const of = (service: string, ...lists: readonly string[]): readonly string[] =>
  lists.flatMap((list) => list.split(' ').map((name) => `${service}:${name}`));
const named = (service: string, kind: string) => (deployment: string) => [`${service}:${kind}${deployment}-*`];
const alias = (types: string): TypeRights => ({ actions: [], resources: () => [], everywhere: types });

/** For each type of resource of the templates what CloudFormation needs to make, change and delete it. */
export const TYPE_RIGHTS: Readonly<Record<string, TypeRights>> = {
  'AWS::CloudWatch::Alarm': {
    actions: of(
      'cloudwatch',
      'PutMetricAlarm DeleteAlarms DescribeAlarms TagResource UntagResource ListTagsForResource',
    ),
    resources: named('cloudwatch', 'alarm:'),
  },
  'AWS::CloudWatch::Dashboard': {
    actions: of('cloudwatch', 'PutDashboard GetDashboard DeleteDashboards'),
    resources: (deployment) => [`cloudwatch::dashboard/${deployment}`],
  },
  'AWS::DynamoDB::GlobalTable': {
    actions: of(
      'dynamodb',
      'CreateTable UpdateTable DeleteTable Describe* UpdateContinuousBackups UpdateTimeToLive',
      'UpdateContributorInsights GetResourcePolicy TagResource UntagResource ListTagsOfResource',
    ),
    resources: named('dynamodb', 'table/'),
  },
  'AWS::Events::EventBus': {
    actions: of('events', 'CreateEventBus UpdateEventBus DeleteEventBus DescribeEventBus TagResource UntagResource'),
    resources: (deployment) => [`events:event-bus/${deployment}`],
  },
  'AWS::Events::Rule': {
    actions: of('events', 'PutRule DeleteRule DescribeRule PutTargets RemoveTargets ListTargetsByRule TagResource'),
    resources: named('events', 'rule/'),
  },
  'AWS::IAM::Role': {
    actions: of(
      'iam',
      'CreateRole GetRole UpdateRole UpdateAssumeRolePolicy DeleteRole TagRole UntagRole',
      'ListRolePolicies ListAttachedRolePolicies',
    ),
    resources: named('iam', ':role/'),
  },
  'AWS::IAM::Policy': {
    actions: of('iam', 'PutRolePolicy GetRolePolicy DeleteRolePolicy'),
    resources: named('iam', ':role/'),
  },
  'AWS::KMS::Key': {
    actions: of(
      'kms',
      'CreateKey DescribeKey PutKeyPolicy GetKeyPolicy EnableKeyRotation GetKeyRotationStatus',
      'UpdateKeyDescription ScheduleKeyDeletion TagResource UntagResource ListResourceTags',
    ),
    resources: () => ['*'],
    everywhere: 'a key has its id only once it is made',
  },
  'AWS::KMS::Alias': {
    actions: of('kms', 'CreateAlias UpdateAlias DeleteAlias ListAliases'),
    resources: () => ['*'],
    everywhere: 'an alias is made on its key too, which has its id only once it is made',
  },
  'AWS::Lambda::Function': {
    actions: of(
      'lambda',
      'CreateFunction GetFunction* UpdateFunctionCode UpdateFunctionConfiguration DeleteFunction',
      'PutFunctionConcurrency DeleteFunctionConcurrency GetRuntimeManagementConfig ListTags',
      'TagResource UntagResource',
    ),
    resources: named('lambda', 'function:'),
  },
  'AWS::Lambda::Version': {
    actions: of('lambda', 'PublishVersion ListVersionsByFunction GetProvisionedConcurrencyConfig'),
    resources: named('lambda', 'function:'),
  },
  'AWS::Lambda::Alias': {
    actions: of('lambda', 'CreateAlias GetAlias UpdateAlias DeleteAlias'),
    resources: named('lambda', 'function:'),
  },
  'AWS::Lambda::Permission': {
    actions: of('lambda', 'AddPermission GetPolicy RemovePermission'),
    resources: named('lambda', 'function:'),
  },
  // By what their names end in: a policy has room for 6,144 characters.
  'AWS::Lambda::Url': {
    actions: of('lambda', '*FunctionUrlConfig'),
    resources: named('lambda', 'function:'),
  },
  'AWS::Lambda::EventInvokeConfig': {
    actions: of('lambda', '*FunctionEventInvokeConfig'),
    resources: named('lambda', 'function:'),
  },
  'AWS::Lambda::EventSourceMapping': {
    actions: of(
      'lambda',
      'CreateEventSourceMapping GetEventSourceMapping UpdateEventSourceMapping',
      'DeleteEventSourceMapping',
    ),
    resources: () => ['*'],
    everywhere: 'a mapping has its id only once it is made',
  },
  'AWS::Logs::LogGroup': {
    actions: of(
      'logs',
      'CreateLogGroup DescribeLogGroups PutRetentionPolicy DeleteRetentionPolicy DeleteLogGroup',
      'DescribeIndexPolicies TagResource UntagResource ListTagsForResource',
    ),
    resources: (deployment) => [
      `logs:log-group:/aws/lambda/${deployment}-*`,
      `logs:log-group:/aws/vendedlogs/states/${deployment}-*`,
    ],
  },
  'AWS::S3::Bucket': {
    actions: of(
      's3',
      'CreateBucket ListBucket PutBucketVersioning PutEncryptionConfiguration',
      'GetEncryptionConfiguration PutLifecycleConfiguration GetLifecycleConfiguration',
      'PutBucketPublicAccessBlock GetBucketPublicAccessBlock PutBucketOwnershipControls',
      'PutBucketTagging GetBucketTagging DeleteBucket',
    ),
    resources: (deployment) => [`s3:::${deployment}-messages-*`],
  },
  'AWS::S3::BucketPolicy': {
    actions: of('s3', 'PutBucketPolicy GetBucketPolicy DeleteBucketPolicy'),
    resources: (deployment) => [`s3:::${deployment}-messages-*`],
  },
  'AWS::SNS::Topic': {
    actions: of(
      'sns',
      'CreateTopic GetTopicAttributes SetTopicAttributes DeleteTopic TagResource UntagResource',
      'ListTagsForResource ListSubscriptionsByTopic GetDataProtectionPolicy',
    ),
    resources: named('sns', ''),
  },
  'AWS::SNS::TopicPolicy': alias('AWS::SNS::Topic'),
  'AWS::SQS::Queue': {
    actions: of(
      'sqs',
      'CreateQueue GetQueueUrl GetQueueAttributes SetQueueAttributes DeleteQueue TagQueue UntagQueue',
      'ListQueueTags',
    ),
    resources: named('sqs', ''),
  },
  'AWS::SQS::QueuePolicy': alias('AWS::SQS::Queue'),
  'AWS::StepFunctions::StateMachine': {
    actions: of(
      'states',
      'CreateStateMachine DescribeStateMachine UpdateStateMachine DeleteStateMachine TagResource',
      'UntagResource ListTagsForResource ListStateMachineVersions DescribeStateMachineForExecution',
    ),
    resources: named('states', 'stateMachine:'),
  },
};
