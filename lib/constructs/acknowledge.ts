import { Aws, CfnResource, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Acknowledges a policy resource that ends in a wildcard, beside the grant that needs it.
 *
 * Each finding carries its own id, so a further wildcard on the same role is reported again.
 */
export function acknowledgeWildcard(scope: IConstruct, arn: string, reason: string): void {
  const resource = arn
    .replaceAll(Aws.PARTITION, '<AWS::Partition>')
    .replaceAll(Aws.REGION, '<AWS::Region>')
    .replaceAll(Aws.ACCOUNT_ID, '<AWS::AccountId>');
  Validations.of(scope).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
}

/** Acknowledges the bare wildcard of actions for which IAM knows no resources; the reason names the actions. */
export function acknowledgeUnscopedActions(scope: IConstruct, reason: string): void {
  Validations.of(scope).acknowledge({ id: 'AwsSolutions-IAM5[Resource::*]', reason });
}

/** Acknowledges that nobody logs who reads a bucket. */
export function acknowledgeAccessLogs(scope: IConstruct, reason: string): void {
  Validations.of(scope).acknowledge({ id: 'AwsSolutions-S1', reason });
}

/** Checks of checkov and cfn-lint that a resource fails on purpose, each with its reason. */
export function exempt(resource: IConstruct, reasons: Readonly<Record<string, string>>): void {
  const made = resource.node.defaultChild;
  if (!(made instanceof CfnResource)) throw new TypeError(`${resource.node.path} is no resource`);
  const checks = Object.entries(reasons).map(([id, comment]) => ({ id, comment }));
  const [skip, ignored] = [
    checks.filter(({ id }) => id.startsWith('CKV')),
    checks.filter(({ id }) => !id.startsWith('CKV')),
  ];
  if (skip.length > 0) made.addMetadata('checkov', { skip });
  if (ignored.length > 0) made.addMetadata('cfn-lint', { config: { ignore_checks: ignored.map(({ id }) => id) } });
}

/** Of every log group. */
export const LOG_EXEMPTIONS = {
  CKV_AWS_158: 'lines hold no secrets, and the service encrypts them under a key of its own',
} as const;
