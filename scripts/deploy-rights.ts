import { of, TYPE_RIGHTS } from './type-rights.ts';

/** Whose deployment it is, and where. */
export interface RightsTarget {
  readonly deployment: string;
  readonly account: string;
  readonly region: string;
  /** @default aws */
  readonly partition?: string;
}

/** A statement that allows something. */
export interface Right {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface RightsPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Right[];
}

/** Services that roles of the deployment are handed to. */
const PASSED_TO = ['lambda.amazonaws.com', 'states.amazonaws.com'];

/**
 * What CloudFormation may do in the name of a deployment: no more than its templates ask for. It is what
 * `cdk bootstrap --cloudformation-execution-policies` takes in place of AdministratorAccess.
 *
 * @throws Error for a type of resource that nothing is known of
 */
export function executionPolicy(types: ReadonlySet<string>, target: RightsTarget): RightsPolicy {
  const unknown = [...types].filter((type) => TYPE_RIGHTS[type] === undefined);
  if (unknown.length > 0)
    throw new Error(`scripts/deploy-rights.ts does not say what CloudFormation needs for ${unknown.join(', ')}`);
  // A policy has 6,144 characters at most: what has the same addresses is one statement.
  const byResources = Map.groupBy(
    [...types].toSorted().flatMap((type) => TYPE_RIGHTS[type] ?? []),
    ({ resources }) => resources(target.deployment).join(),
  );
  const statements = [...byResources.values()].flatMap((some): Right[] => {
    const addresses = (some[0]?.resources(target.deployment) ?? []).map((each) => arnOf(each, target));
    const actions = some.flatMap((each) => each.actions);
    return actions.length === 0 ? [] : [right(actions, addresses)];
  });
  return {
    Version: '2012-10-17',
    Statement: [
      ...statements,
      // A state machine that writes a log has it delivered: these know no resource.
      right(
        of(
          'logs',
          'CreateLogDelivery GetLogDelivery UpdateLogDelivery DeleteLogDelivery ListLogDeliveries',
          'PutResourcePolicy DescribeResourcePolicies',
        ),
        ['*'],
      ),
      ...PASSED_TO.map((service) => ({
        ...right(['iam:PassRole'], [arnOf(`iam::role/${target.deployment}-*`, target)]),
        Condition: { StringEquals: { 'iam:PassedToService': service } },
      })),
      // Whoever makes a table under a key lets DynamoDB use the key in their name.
      {
        ...right(of('kms', 'CreateGrant Decrypt Encrypt GenerateDataKey* ReEncrypt*'), ['*']),
        Condition: { StringEquals: { 'kms:ViaService': `dynamodb.${target.region}.amazonaws.com` } },
      },
      right(['s3:GetObject'], [arnOf('s3:::cdk-hnb659fds-assets-*/*', target)]),
      right(['ssm:GetParameters'], [arnOf('ssm:parameter/cdk-bootstrap/*', target)]),
    ],
  };
}

/** What a person or a pipeline needs that runs `cdk deploy`: the roles of the bootstrap, and nothing else. */
export const deployerPolicy = (target: RightsTarget): RightsPolicy => ({
  Version: '2012-10-17',
  Statement: [right(['sts:AssumeRole'], [arnOf('iam::role/cdk-hnb659fds-*', target)])],
});

/** What whoever runs `cdk bootstrap` needs, once in each account and region. */
export const bootstrapPolicy = (target: RightsTarget): RightsPolicy => ({
  Version: '2012-10-17',
  Statement: [
    right(
      of(
        'cloudformation',
        'CreateChangeSet DescribeChangeSet ExecuteChangeSet DeleteChangeSet DescribeStacks',
        'DescribeStackEvents GetTemplate GetTemplateSummary UpdateTerminationProtection',
      ),
      [arnOf('cloudformation:stack/CDKToolkit/*', target)],
    ),
    right(
      of(
        'iam',
        'CreateRole GetRole DeleteRole TagRole UpdateAssumeRolePolicy PutRolePolicy GetRolePolicy',
        'DeleteRolePolicy AttachRolePolicy DetachRolePolicy ListRolePolicies ListAttachedRolePolicies',
        'PassRole',
      ),
      [arnOf('iam::role/cdk-hnb659fds-*', target)],
    ),
    right(
      of(
        's3',
        'CreateBucket PutBucketPolicy GetBucketPolicy PutBucketVersioning PutEncryptionConfiguration',
        'PutLifecycleConfiguration PutBucketPublicAccessBlock PutBucketTagging',
      ),
      [arnOf('s3:::cdk-hnb659fds-assets-*', target)],
    ),
    right(
      of(
        'ecr',
        'CreateRepository DescribeRepositories PutLifecyclePolicy PutImageTagMutability',
        'SetRepositoryPolicy GetRepositoryPolicy TagResource',
      ),
      [arnOf('ecr:repository/cdk-hnb659fds-*', target)],
    ),
    right(of('ssm', 'PutParameter GetParameters DeleteParameter AddTagsToResource'), [
      arnOf('ssm:parameter/cdk-bootstrap/*', target),
    ]),
  ],
});

const right = (Action: readonly string[], Resource: readonly string[]): Right => ({
  Effect: 'Allow',
  Action,
  Resource,
});

/**
 * `service:resource`, with `service::resource` for what has no region and `service:::resource`
 * for what has no account either.
 */
function arnOf(resource: string, { account, region, partition = 'aws' }: RightsTarget): string {
  if (resource === '*') return resource;
  const [service, rest] = [resource.slice(0, resource.indexOf(':')), resource.slice(resource.indexOf(':') + 1)];
  if (rest.startsWith('::')) return `arn:${partition}:${service}:${rest}`;
  return rest.startsWith(':')
    ? `arn:${partition}:${service}::${account}:${rest.slice(1)}`
    : `arn:${partition}:${service}:${region}:${account}:${rest}`;
}
