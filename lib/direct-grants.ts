import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { acknowledgeWildcard } from './constructs/acknowledge.ts';
import type { Names } from './names.ts';

const FUNCTION_URLS = 'function URLs of the cells, which are added without touching the API level';

/**
 * Lets a function post to the function URLs of all cells: both rights are needed, and the second opens nothing but that
 * way.
 */
export function allowDirectCalls(grantee: IConstruct & IGrantable, names: Names): void {
  const arn = names.directFunctionArn();
  const allow = (action: string, conditions: Readonly<Record<string, Readonly<Record<string, string>>>>): void =>
    Grant.addToPrincipal({ grantee, actions: [action], resourceArns: [arn], conditions }).assertSuccess();
  allow('lambda:InvokeFunctionUrl', { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } });
  allow('lambda:InvokeFunction', { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } });
  acknowledgeWildcard(grantee, arn, FUNCTION_URLS);
}
