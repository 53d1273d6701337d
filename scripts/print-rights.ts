import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { readFileSync } from 'node:fs';
import { addDeployment } from '../lib/deployment.ts';
import {
  bootstrapPolicy,
  deployerPolicy,
  executionPolicy,
  type RightsPolicy,
  type RightsTarget,
} from './deploy-rights.ts';
import { commandLine } from '#cli/output/command-line';
import { endOnFailedOutput } from '#cli/output/failed-output';

const HELP = `npm run rights -- --account ID --region REGION execution|deployer|bootstrap

Prints a policy of IAM for the deployment of cdk.json, or of --deployment NAME:
  execution  what CloudFormation may do: for cdk bootstrap --cloudformation-execution-policies
  deployer   what whoever runs cdk deploy may do
  bootstrap  what whoever runs cdk bootstrap may do, once in an account and region`;

/** Types of all resources of a deployment, by its own templates. */
function typesOf(context: object): ReadonlySet<string> {
  const { api, apiState, cells, cellStates } = addDeployment(
    new App({ context: { ...context, 'aws:cdk:bundling-stacks': [] } }),
  );
  const stacks: readonly Stack[] = [api, apiState, ...cells.values(), ...cellStates.values()];
  return new Set(
    stacks.flatMap((stack) => {
      const { Resources = {} }: { Resources?: Record<string, { Type: string }> } = Template.fromStack(stack).toJSON();
      return Object.values(Resources).map(({ Type }) => Type);
    }),
  );
}

endOnFailedOutput(process, 'npm run rights');
const options = { account: { type: 'string' }, region: { type: 'string' }, deployment: { type: 'string' } } as const;
const { values, positionals } = commandLine(process, { allowPositionals: true, options }, HELP);
const { context }: { context: { deployment?: string } } = JSON.parse(
  readFileSync(new URL('../cdk.json', import.meta.url), 'utf8'),
);
const { account = '', region = '', deployment = context.deployment ?? 'nova-conductor' } = values;
const target: RightsTarget = { account, region, deployment };
const POLICIES: Readonly<Record<string, () => RightsPolicy>> = {
  execution: () => executionPolicy(typesOf({ ...context, deployment }), target),
  deployer: () => deployerPolicy(target),
  bootstrap: () => bootstrapPolicy(target),
};
const policy = POLICIES[positionals[0] ?? ''];
if (policy === undefined || !/^\d{12}$/u.test(account) || region === '') {
  console.error(HELP);
  process.exitCode = 2;
} else {
  console.log(JSON.stringify(policy(), undefined, 2));
}
