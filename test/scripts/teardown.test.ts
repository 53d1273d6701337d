import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CommandFailure } from '#cli/deployment/failure';
import { randomIds } from '#adapters/system/ids';
import { SystemClock } from '#adapters/system/clock';
import { scheduleAndBuildInstances } from '#client/compute-task-messages';
import { buildCommand } from '#local/demo/requests';
import { TINY } from '#local/demo/flavors';
import { mapOf } from '#wire/reading';
import type { Json } from '#ports/json';
import { requestEnvelope } from '#wire/envelope';
import { teardown, type TeardownOptions } from '../../scripts/teardown.ts';
import { localDeployment, type LocalDeployment } from '../cli/local-deployment.ts';

const NAME = 'nova-conductor';
const RUNS = [`${NAME}-cell-cell1`, `${NAME}-api`];
const STATE = ['state-cell-cell0', 'state-cell-cell1', 'state-api'].map((part) => `${NAME}-${part}`);
const OPTIONS: TeardownOptions = {
  context: { deployment: NAME, cells: ['cell1'] },
  withState: false,
  force: false,
  profile: 'sandbox',
  region: 'eu-west-1',
};

/** What the CDK's command was given, with which stacks of its assembly were protected by then. */
interface Called {
  readonly args: readonly string[];
  readonly region: string;
  readonly protects: readonly string[];
}

describe('a teardown', { timeout: 120_000 }, () => {
  let local: LocalDeployment;
  beforeAll(async () => {
    local = await localDeployment();
  }, 120_000);
  afterAll(() => local.stop());

  const target = async () => local.target(false);
  /** What came of it: what was printed or refused, and the calls of the CDK's command. */
  async function attempt(options: Partial<TeardownOptions>, code = 0) {
    const calls: Called[] = [];
    const cdk = async (args: readonly string[], region: string): Promise<number> => {
      calls.push({ args, region, protects: protectedIn(args[args.indexOf('--app') + 1] ?? '') });
      return code;
    };
    try {
      const { data } = await teardown({ ...OPTIONS, ...options }, { target, cdk });
      return { calls, data, refusal: undefined };
    } catch (error) {
      if (!(error instanceof CommandFailure)) throw error;
      return { calls, data: undefined, refusal: { message: error.message, exitCode: error.exitCode } };
    }
  }

  const conductor = async (line: string, files?: Readonly<Record<string, string>>): Promise<string> => {
    const { exitCode, out, err } = await local.conductor(line, files);
    if (exitCode !== 0) throw new Error(`${line}: ${err}`);
    return out;
  };

  it('is planned and no more where it is not told the name of the deployment', async () => {
    const { calls, data } = await attempt({});

    expect(calls).toEqual([]);
    expect(data).toMatchObject({ done: false, deployment: NAME, before: [{ holds: true }, { holds: false }] });
    expect(data?.kept.map(({ name }) => name)).toContain(`${NAME}-cell-cell1-host-host1`);
    expect(data?.commands.every((command) => command.includes('--profile sandbox --region eu-west-1'))).toBe(true);
  });

  it('is refused for another name, with the right one', async () => {
    const { calls, refusal } = await attempt({ yes: 'nova', force: true });

    expect(calls).toEqual([]);
    expect(refusal).toEqual({
      message: `--yes nova: the deployment is ${NAME}; give --yes ${NAME} to delete it`,
      exitCode: 2,
    });
  });

  it('is refused for a local world, which has no stacks', async () => {
    expect((await attempt({ profile: 'local' })).refusal?.message).toContain('has no stacks');
  });

  it('is refused while the intake is open', async () => {
    const { calls, refusal } = await attempt({ yes: NAME });

    expect(calls).toEqual([]);
    expect(refusal).toMatchObject({
      message: expect.stringContaining('conductor intake pause compute-task'),
      exitCode: 1,
    });
  });

  it('is refused while servers are there, unless it is forced', async () => {
    const ports = { ids: randomIds, clock: new SystemClock() };
    const { context, args, uuids } = buildCommand(ports, { names: ['last'], flavor: TINY, project: 'p' });
    const message = { ...scheduleAndBuildInstances(args), namespace: 'compute_task', context };
    const body = requestEnvelope({ ...message, uniqueId: 'u' });
    await conductor('send schedule_and_build_instances --file r.json', { 'r.json': body });
    const show = `server show ${uuids[0]}`;
    await vi.waitUntil(async () => (await local.conductor(show)).out.includes('active'), 60_000);
    await conductor('intake pause compute-task');

    const refused = await attempt({ yes: NAME });
    const forced = await attempt({ yes: NAME, force: true });
    await conductor(`server delete ${uuids[0]}`);
    await vi.waitUntil(async () => (await conductor('server list')) === 'no server', 60_000);
    const allowed = await attempt({ yes: NAME });

    expect(refused.calls).toEqual([]);
    expect(refused.refusal?.message).toContain('there are 1');
    expect(refused.refusal?.message).toContain('conductor server list');
    for (const { calls, data } of [forced, allowed]) {
      expect(data?.done).toBe(true);
      expect(calls).toEqual([
        {
          args: ['destroy', ...RUNS, '--exclusively', '--app', expect.any(String), '--force', '--profile', 'sandbox'],
          region: local.target(false).region,
          protects: STATE.toSorted(),
        },
      ]);
    }
  });

  it('takes the protection off what is kept by a change set that nobody executes, and deletes it then', async () => {
    const { calls } = await attempt({ yes: NAME, withState: true, force: true });

    expect(
      calls.map(({ args: [command, ...others] }) => [command, ...others.slice(0, others.indexOf('--app'))]),
    ).toEqual([
      ['destroy', ...RUNS, '--exclusively'],
      ['deploy', ...STATE, '--exclusively'],
      ['destroy', ...STATE, '--exclusively'],
    ]);
    expect(calls[1]?.args).toContain('--no-execute');
    expect(calls.map(({ protects }) => protects)).toEqual([[], [], []]);
  });

  it('ends with the first command that fails', async () => {
    const { calls, refusal } = await attempt({ yes: NAME, withState: true, force: true }, 1);

    expect(calls).toHaveLength(1);
    expect(refusal?.message).toContain('cdk destroy ended with 1');
  });
});

/** Stacks of an assembly that are protected from deletion. */
function protectedIn(folder: string): string[] {
  const manifest: Json = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  return Object.entries(mapOf(mapOf(manifest)['artifacts']))
    .filter(([, artifact]) => mapOf(mapOf(artifact)['properties'])['terminationProtection'] === true)
    .map(([name]) => name)
    .toSorted();
}
