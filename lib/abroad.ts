import { Aws } from 'aws-cdk-lib';
import { AccountPrincipal, type IPrincipal, PrincipalWithConditions } from 'aws-cdk-lib/aws-iam';
import type { Names } from './names.ts';

/** A cell whose functions run in another account than the deployment's. */
export interface CellAbroad {
  readonly cell: string;
  readonly account: string;
}

/** Name, without the deployment's prefix, of the function behind the conductor queue of a cell. */
export const objectRpcPart = (cell: string): string => `cell-${cell}-object-rpc`;

/**
 * The role of the object function of a cell in another account, for a policy at home. It is known by a condition: IAM
 * takes no principal that does not exist, and this one is made after the policy.
 */
export function roleAbroad(names: Names, { account, cell }: CellAbroad): IPrincipal {
  const arn = names.roleArn(objectRpcPart(cell), account);
  return new PrincipalWithConditions(new AccountPrincipal(account), { ArnEquals: { 'aws:PrincipalArn': arn } });
}

/** A key is used for what lies in queues alone. */
export const throughQueues = () => ({
  StringEquals: { 'kms:ViaService': `sqs.${Aws.REGION}.${Aws.URL_SUFFIX}` },
});
