import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { CommandFailure, EXIT } from '#cli/deployment/failure';
import { isLocal, type TargetOptions } from '#cli/deployment/place';
import type { QueueAdmin } from '#cli/deployment/queue-admin';
import type { Line } from '#cli/output/columns';
import type { JsonMap } from '#ports/json';
import { appOf, synthesisedStacks } from './synthesised-stacks.ts';
import { planLines, teardownPlan, type Found, type TeardownPlan } from './teardown-plan.ts';
import { preconditions } from './teardown-preconditions.ts';

/** What is to be taken down, and how far. */
export interface TeardownOptions extends Pick<TargetOptions, 'profile' | 'region' | 'endpointUrl'> {
  readonly context: JsonMap;
  /** The deployment that may go, by its name; a plan alone when left out. */
  readonly yes?: string;
  readonly withState: boolean;
  readonly force: boolean;
}

/** What a teardown reaches. */
export interface TeardownPorts {
  target(options: TargetOptions): Promise<DeploymentTarget>;
  /** Runs the CDK's command to its end in the region; answers its exit code. */
  cdk(args: readonly string[], region: string): Promise<number>;
}

/** What was planned or done, for people and programs. */
export interface TornDown {
  readonly data: TeardownPlan & { readonly done: boolean };
  readonly lines: readonly Line[];
}

/**
 * Plans a teardown, and does it where it is told the name of the deployment.
 *
 * @throws CommandFailure for another name, where servers or an open intake stand against it, and when the CDK fails
 */
export async function teardown(options: TeardownOptions, ports: TeardownPorts): Promise<TornDown> {
  const { profile, region, endpointUrl, yes, withState } = options;
  if (isLocal(profile))
    throw new CommandFailure('a local world has no stacks: Ctrl-C ends it, and --data names its folder', EXIT.usage);
  const folder = mkdtempSync(join(tmpdir(), 'teardown-'));
  let target: DeploymentTarget | undefined;
  try {
    const { app, deployment } = appOf(options.context, folder);
    const stacks = synthesisedStacks(deployment);
    const { name } = deployment;
    if (yes !== undefined && yes !== name)
      throw new CommandFailure(`--yes ${yes}: the deployment is ${name}; give --yes ${name} to delete it`, EXIT.usage);
    const named = {
      ...(profile === undefined ? {} : { profile }),
      ...(region === undefined ? {} : { region }),
      ...(endpointUrl === undefined ? {} : { endpointUrl }),
    };
    target = await ports.target({ ...named, deployment: name });
    const plan = teardownPlan(stacks, {
      deployment: name,
      account: target.account,
      options: cliOptions(named),
      before: await preconditions(target),
      queues: await addressed(target.queueAdmin),
    });
    const heading = `${name} at ${target.endpoint}${yes === undefined ? `; nothing is changed without --yes ${name}` : ''}`;
    const lines = [heading, '', ...planLines(plan, withState)];
    if (yes === undefined) return { data: { ...plan, done: false }, lines };
    mustHold(plan, options.force);
    const run = runner(ports, folder, target.region, profile);
    if (withState)
      for (const stack of [deployment.apiState, ...deployment.cellStates.values()]) stack.terminationProtection = false;
    app.synth({ force: true });
    await run('destroy', plan.runs, ['--force']);
    if (withState) {
      // A change set that is not executed changes nothing of a stack but its termination protection.
      await run('deploy', plan.state, ['--no-execute', '--require-approval', 'never']);
      await run('destroy', plan.state, ['--force']);
    }
    return { data: { ...plan, done: true }, lines };
  } finally {
    await target?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const addressed = async (queues: Pick<QueueAdmin, 'list' | 'address'>): Promise<Found['queues']> =>
  (await queues.list()).map((queue) => ({ queue, url: queues.address(queue) }));

/** @throws CommandFailure that names what does not hold, with its remedy */
function mustHold({ before, deployment }: TeardownPlan, force: boolean): void {
  const missing = before.filter(({ holds }) => !holds);
  if (force || missing.length === 0) return;
  const each = missing.map(({ what, remedy }) => `${what}: ${remedy}`);
  throw new CommandFailure(`${deployment} is not taken down until ${each.join('; ')}; or give --force`);
}

/** Runs the CDK's command on stacks of the app in a folder, and on no other ones. */
const runner =
  (ports: TeardownPorts, folder: string, region: string, profile: string | undefined) =>
  async (command: string, stacks: TeardownPlan['runs'], more: readonly string[]): Promise<void> => {
    const names = stacks.map(({ stack }) => stack);
    const own = profile === undefined ? [] : ['--profile', profile];
    const code = await ports.cdk([command, ...names, '--exclusively', '--app', folder, ...more, ...own], region);
    if (code !== 0)
      throw new CommandFailure(`cdk ${command} ended with ${code}: mend what it says, and give the same command again`);
  };

/** The same place for the AWS CLI. */
const cliOptions = ({ profile, region, endpointUrl }: Omit<TargetOptions, 'deployment'>): string =>
  [
    ['--profile', profile],
    ['--region', region],
    ['--endpoint-url', endpointUrl],
  ]
    .map(([option, value]) => (value === undefined ? '' : ` ${option} ${value}`))
    .join('');
