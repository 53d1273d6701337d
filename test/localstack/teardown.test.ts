import { DescribeTableCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DescribeKeyCommand, KMSClient, ListKeysCommand, ListResourceTagsCommand } from '@aws-sdk/client-kms';
import { CreateQueueCommand, ListQueuesCommand } from '@aws-sdk/client-sqs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFile, spawnSync } from 'node:child_process';
import { env } from 'node:process';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { appOf } from '../../scripts/synthesised-stacks.ts';
import type { TeardownPlan } from '../../scripts/teardown-plan.ts';
import { commandFor } from './conductor-command.ts';
import { deployAssembly } from './deployed-app.ts';
import { DeployedApp } from './endpoint.ts';

const endpoint = inject('endpoint');

/** A deployment of its own: the others' goes on. */
const DEPLOYMENT = 'nova-gone';
const CONTEXT = { deployment: DEPLOYMENT, cells: 'cell1' };
const HOST_QUEUE = `${DEPLOYMENT}-cell-cell1-host-host1`;
const STATE = ['state-cell-cell0', 'state-cell-cell1', 'state-api'].map((part) => `${DEPLOYMENT}-${part}`);
const RUNS = [`${DEPLOYMENT}-cell-cell1`, `${DEPLOYMENT}-api`];
const TABLES = ['api', 'build-requests', 'cell-cell0', 'cell-cell1', 'mappings', 'placement', 'requests'].map(
  (part) => `${DEPLOYMENT}-${part}`,
);

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

/** The commands for what stays are those of the AWS CLI. */
const HAS_AWS_CLI = spawnSync('aws', ['--version']).status === 0;

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `npm run destroy` on the endpoint. */
const destroy = (...args: readonly string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const given = Object.entries(CONTEXT).flatMap(([key, value]) => ['--context', `${key}=${value}`]);
    const all = ['scripts/destroy.ts', '--endpoint-url', endpoint ?? '', '--region', 'us-east-1', ...given, ...args];
    const child = execFile('node', all, { maxBuffer: 2 ** 24 }, (_error, out, err) => {
      resolve({ code: child.exitCode ?? 1, out, err });
    });
  });

describe.runIf(endpoint !== undefined)('npm run destroy', { timeout: 300_000 }, () => {
  const app = new DeployedApp(endpoint ?? '');
  const conductor = commandFor(endpoint ?? '');
  /** What was printed before anything was deleted. */
  let plan: TeardownPlan | undefined;

  beforeAll(async () => {
    // Functions that never run need no code, and its bundles take most of a synthesis.
    const folder = mkdtempSync(join(tmpdir(), 'teardown-'));
    appOf({ ...CONTEXT, cells: [CONTEXT.cells] }, folder).app.synth();
    await deployAssembly(endpoint ?? '', folder);
    rmSync(folder, { recursive: true });
    await conductor(`--deployment ${DEPLOYMENT} cell create cell1`);
    await app.sqs.send(new CreateQueueCommand({ QueueName: HOST_QUEUE }));
  });

  const ours = async (): Promise<string[]> =>
    [...(await app.stacks())].filter(([name]) => name.startsWith(`${DEPLOYMENT}-`)).map(([name]) => name);

  it('changes nothing until it is told the name and nothing is open, then takes down what runs and what is kept', async () => {
    const planned = await destroy('--json');
    const refused = await destroy('--with-state', '--yes', DEPLOYMENT);
    const before = await ours();
    await conductor(`--deployment ${DEPLOYMENT} intake pause compute-task`);
    const done = await destroy('--with-state', '--yes', DEPLOYMENT);
    const after = await ours();
    const { QueueUrls = [] } = await app.sqs.send(new ListQueuesCommand({ QueueNamePrefix: `${DEPLOYMENT}-` }));
    const { TableNames = [] } = await app.dynamodb.send(new ListTablesCommand({}));
    const { Table } = await app.dynamodb.send(new DescribeTableCommand({ TableName: `${DEPLOYMENT}-mappings` }));

    plan = JSON.parse(planned.out);
    expect([planned.code, planned.err]).toEqual([0, '']);
    expect(plan?.runs.map(({ stack }) => stack)).toEqual(RUNS);
    expect(plan?.state.map(({ stack }) => stack)).toEqual(STATE);
    expect(plan?.kept.map(({ name }) => name)).toEqual(expect.arrayContaining([HOST_QUEUE, ...TABLES]));
    expect(refused).toMatchObject({
      code: 1,
      err: expect.stringContaining('conductor intake pause compute-task'),
    });
    expect(before.toSorted()).toEqual([...RUNS, ...STATE].toSorted());
    expect(done.code === 0 ? '' : done.err).toBe('');
    expect(after).toEqual([]);
    expect(TableNames.filter((name) => name.startsWith(`${DEPLOYMENT}-`))).toEqual(TABLES);
    expect(Table?.TableStatus).toBe('ACTIVE');
    expect(Table?.ItemCount).toBeGreaterThan(0);
    expect(QueueUrls.map((url) => url.split('/').at(-1))).toEqual([HOST_QUEUE]);
  });

  it.runIf(HAS_AWS_CLI)('prints commands that remove what stays', async () => {
    const ended = (plan?.commands ?? []).map((command) => {
      const ran = spawnSync('bash', ['-ec', command], { encoding: 'utf8', env: { ...env, ...CREDENTIALS } });
      return ran.status === 0 ? '' : `${command}: ${ran.stderr}`;
    });
    const again: TeardownPlan = JSON.parse((await destroy('--json')).out);
    const { TableNames = [] } = await app.dynamodb.send(new ListTablesCommand({}));
    const keys = await keyStates();

    expect(ended.filter((failed) => failed !== '')).toEqual([]);
    expect(TableNames.filter((name) => name.startsWith(`${DEPLOYMENT}-`))).toEqual([]);
    expect(again.kept.map(({ name }) => name)).not.toContain(HOST_QUEUE);
    expect(keys).toEqual(['PendingDeletion', 'PendingDeletion']);
  });

  /** States of the keys that have the deployment's tag. */
  async function keyStates(): Promise<string[]> {
    const kms = new KMSClient({
      endpoint: endpoint ?? '',
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const { Keys = [] } = await kms.send(new ListKeysCommand({}));
    const states = await Promise.all(
      Keys.map(async ({ KeyId }) => {
        const { Tags = [] } = await kms.send(new ListResourceTagsCommand({ KeyId }));
        const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
        return Tags.some(({ TagValue }) => TagValue === DEPLOYMENT) ? [KeyMetadata?.KeyState ?? ''] : [];
      }),
    );
    return states.flat();
  }
});
