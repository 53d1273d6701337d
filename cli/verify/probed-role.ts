import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { Probing } from './probing.ts';

/** Under it lie the roles of all probes. */
export const ROLE_PATH = '/conductor-verify/';

const POLICY = 'probe';

/** What a role may do. */
export interface ProbedGrant {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Makes a role that is deleted in the end; answers its ARN. */
export async function probedRole(
  on: Probing,
  part: string,
  trusted: Readonly<Record<string, string>>,
  grants: readonly ProbedGrant[],
): Promise<string> {
  const { iam } = on.clients;
  const RoleName = on.name(part);
  const statement = { Effect: 'Allow', Principal: trusted, Action: 'sts:AssumeRole' };
  const { Role } = await on.make(
    `role ${RoleName}`,
    () =>
      iam.send(new CreateRoleCommand({ RoleName, Path: ROLE_PATH, AssumeRolePolicyDocument: policyOf([statement]) })),
    () => iam.send(new DeleteRoleCommand({ RoleName })),
  );
  if (grants.length > 0) {
    const PolicyDocument = policyOf(grants.map((grant) => ({ Effect: 'Allow', ...grant })));
    await on.make(
      `policy of ${RoleName}`,
      () => iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: POLICY, PolicyDocument })),
      () => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: POLICY })),
    );
  }
  return Role?.Arn ?? '';
}

const policyOf = (Statement: readonly object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
