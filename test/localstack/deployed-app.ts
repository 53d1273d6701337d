import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { type CommandResult, run } from './command.ts';
import { fitDefinitions } from './fitted-definitions.ts';
import { DeployedApp } from './endpoint.ts';
import { type Emulator, EmulatorMissing, installMinistack, startMinistack } from './ministack.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CDK = join(ROOT, 'node_modules', '.bin', 'cdk');
/** Apart from that of `npm run synth`, which is for an account. */
const ASSEMBLY = join(ROOT, 'cdk.out', 'localstack');
const ACCOUNT = '000000000000';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of the endpoint that the app is deployed to; undefined where there is none, and tests are skipped. */
    readonly endpoint: string | undefined;
  }
}

/** Deploys the app once for all files: to AWS_ENDPOINT_URL, or to an emulator of our own that is stopped afterwards. */
export default async function deployApp(project: TestProject): Promise<() => Promise<void>> {
  let emulator: Emulator | undefined;
  try {
    let endpoint = process.env['AWS_ENDPOINT_URL'] ?? '';
    if (endpoint === '') {
      await timed('install the emulator', installMinistack);
      emulator = await timed('start the emulator', startMinistack);
      ({ endpoint } = emulator);
    }
    const emulated = ['--context', 'requirePrincipals=false'];
    await timed('cdk synth', () => cdk(endpoint, ['synth', '--quiet', '--output', ASSEMBLY, ...emulated]));
    await timed('cdk bootstrap', () => cdk(endpoint, ['bootstrap', `aws://${ACCOUNT}/us-east-1`, '--app', ASSEMBLY]));
    const unattended = ['--require-approval', 'never', '--concurrency', '4'];
    await timed('cdk deploy --all', () => cdk(endpoint, ['deploy', '--all', '--app', ASSEMBLY, ...unattended]));
    for (const [stack, status] of await new DeployedApp(endpoint).stacks())
      console.log(`localstack: deployed ${stack}: ${status}`);
    await timed('fit the definitions', () => fitDefinitions(endpoint));
    project.provide('endpoint', endpoint);
  } catch (error) {
    await emulator?.stop();
    if (!(error instanceof EmulatorMissing)) throw error;
    console.log(`localstack: skipped: ${error.message}`);
    project.provide('endpoint', undefined);
  }
  return async () => emulator?.stop();
}

/** Deploys stacks again with another context, as an operator does on a deployment in use. */
export async function deployAgain(
  endpoint: string,
  stacks: readonly string[],
  context: Readonly<Record<string, string>>,
): Promise<void> {
  const assembly = `${ASSEMBLY}-again`;
  const given = Object.entries({ ...context, requirePrincipals: 'false' }).flatMap(([name, value]) => [
    '--context',
    `${name}=${value}`,
  ]);
  await timed('cdk synth again', () => cdk(endpoint, ['synth', '--quiet', '--output', assembly, ...given]));
  const unattended = ['--require-approval', 'never', '--concurrency', '4', '--exclusively'];
  await timed(`cdk deploy ${stacks.join(' ')}`, () =>
    cdk(endpoint, ['deploy', ...stacks, '--app', assembly, ...unattended]),
  );
  await timed('fit the definitions', () => fitDefinitions(endpoint));
}

/** Deploys all stacks of an assembly that is there already. */
export async function deployAssembly(endpoint: string, folder: string): Promise<void> {
  const unattended = ['--require-approval', 'never', '--concurrency', '4'];
  await timed('cdk deploy of an assembly', () => cdk(endpoint, ['deploy', '--all', '--app', folder, ...unattended]));
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  console.log(`localstack: ${what}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}

/** Nothing here can reach an account: the endpoint is given, and the credentials are made up. */
async function cdk(endpoint: string, args: readonly string[]): Promise<CommandResult> {
  const profile = ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_CA_BUNDLE'];
  const inherited = Object.entries(process.env).filter(([name]) => !profile.includes(name));
  if (!existsSync(CDK)) throw new EmulatorMissing('node_modules is missing: run npm ci');
  const result = await run(CDK, args, {
    cwd: ROOT,
    env: {
      ...Object.fromEntries(inherited),
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_EC2_METADATA_DISABLED: 'true',
      CDK_DISABLE_VERSION_CHECK: '1',
    },
  });
  if (result.status !== 0) throw new Error(`cdk ${args[0] ?? ''} failed:\n${result.tail}`);
  return result;
}
