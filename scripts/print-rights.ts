import {
  bootstrapPolicy,
  deployerPolicy,
  executionPolicy,
  type RightsPolicy,
  type RightsTarget,
} from './deploy-rights.ts';
import { appOf, synthesisedStacks, writtenContext } from './synthesised-stacks.ts';
import type { JsonMap } from '#ports/json';
import { textOf } from '#wire/reading';
import { commandLine } from '#cli/output/command-line';
import { endOnFailedOutput } from '#cli/output/failed-output';

const HELP = `npm run rights -- --account ID --region REGION execution|deployer|bootstrap

Prints a policy of IAM for the deployment of cdk.json, or of --deployment NAME:
  execution  what CloudFormation may do: for cdk bootstrap --cloudformation-execution-policies
  deployer   what whoever runs cdk deploy may do
  bootstrap  what whoever runs cdk bootstrap may do, once in an account and region`;

/** Types of all resources of a deployment, by its own templates. */
function typesOf(context: JsonMap): ReadonlySet<string> {
  const { runs, state } = synthesisedStacks(appOf(context).deployment);
  return new Set([...runs, ...state].flatMap(({ resources }) => Object.values(resources).map(({ Type }) => Type)));
}

endOnFailedOutput(process, 'npm run rights');
const options = { account: { type: 'string' }, region: { type: 'string' }, deployment: { type: 'string' } } as const;
const { values, positionals } = commandLine(process, { allowPositionals: true, options }, HELP);
const context = writtenContext();
const { account = '', region = '', deployment = textOf(context['deployment']) ?? 'nova-conductor' } = values;
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
