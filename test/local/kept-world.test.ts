import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomIds } from '#adapters/system/ids';
import { SystemClock } from '#adapters/system/clock';
import { scheduleAndBuildInstances } from '#client/compute-task-messages';
import { localFile } from '#cli/deployment/local-file';
import { requestEnvelope } from '#wire/envelope';
import { buildCommand } from '#local/demo/requests';
import { spawnLocal, startLocal, untilSilent, type SpawnedWorld } from './spawned-world.ts';

const FLAVOR = { id: 1, name: 'm1.tiny', vcpus: 1, memoryMb: 512, rootGb: 1 };
const PATIENCE = { timeout: 90_000, interval: 200 };

/** A message that has so many servers built. */
function request(name: string, servers: number): string {
  const names = Array.from({ length: servers }, (_, at) => `${name}-${at + 1}`);
  const made = buildCommand({ ids: randomIds, clock: new SystemClock() }, { names, flavor: FLAVOR, project: 'local' });
  const uniqueId = randomIds.uuid().replaceAll('-', '');
  const message = scheduleAndBuildInstances(made.args);
  return requestEnvelope({ ...message, namespace: 'compute_task', context: made.context, uniqueId });
}

async function send(world: SpawnedWorld, name: string, servers: number): Promise<void> {
  const ran = await world.conductor('send schedule_and_build_instances --file it', request(name, servers));
  expect(ran).toMatchObject({ exitCode: 0, err: '' });
}

/** How many servers there are, in any state or in one. */
async function count(world: SpawnedWorld, state?: string): Promise<number> {
  const ran = await world.conductor(`--json server list${state === undefined ? '' : ` --state ${state}`}`);
  const rows = ran.data();
  return Array.isArray(rows) ? rows.length : -1;
}

/** Launches that have ended well. */
async function launches(world: SpawnedWorld): Promise<readonly unknown[]> {
  const rows = (await world.conductor('--json execution list --workflow launch --status succeeded')).data();
  return Array.isArray(rows) ? rows : [];
}

describe('a local world in a process of its own', { timeout: 240_000 }, () => {
  let folder = '';
  const up = new Set<SpawnedWorld>();
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'local-'));
  });
  afterEach(async () => {
    for (const world of up)
      if (world.process.exitCode === null && world.process.signalCode === null) await world.kill();
    up.clear();
    rmSync(folder, { recursive: true });
  });

  async function start(...args: string[]): Promise<SpawnedWorld> {
    const world = await startLocal(folder, args);
    up.add(world);
    return world;
  }

  async function refused(...args: string[]) {
    const ran = spawnLocal(folder, args);
    let err = '';
    ran.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const [exitCode]: unknown[] = await once(ran, 'exit');
    return { err, exitCode };
  }

  it('that is killed leaves nothing running, and goes on where it was: tables, queues, executions', async () => {
    const options = ['--slow', '--data', join(folder, 'data'), '--capacity', '2'];
    const first = await start(...options);
    await send(first, 'early', 12);
    await expect.poll(() => count(first, 'active'), PATIENCE).toBe(12);
    await expect.poll(() => launches(first), PATIENCE).toHaveLength(12);
    await first.conductor('host add host9 --cell cell2');
    await first.conductor('intake pause compute-task');
    await send(first, 'late', 1);
    const before = await launches(first);

    await first.kill();
    await untilSilent(first.reached);
    const second = await start(...options);
    await expect.poll(() => count(second, 'active'), PATIENCE).toBe(13);

    const hosts = await second.conductor('host list --columns host');
    expect(hosts.out).toContain('host9');
    await expect.poll(() => launches(second), PATIENCE).toHaveLength(13);
    expect(await launches(second)).toEqual(expect.arrayContaining([...before]));
    expect((await second.conductor('audit')).exitCode).toBe(0);
  });

  it('keeps its place and its folder to itself, and what is deleted makes room', async () => {
    const data = join(folder, 'data');
    const world = await start('--slow', '--data', data);
    const file = join(folder, localFile());
    const before = readFileSync(file, 'utf8');
    await send(world, 'full', 10);
    await expect.poll(() => count(world, 'active'), PATIENCE).toBe(10);

    const again = await refused();
    const sharing = await refused('--name', 'other', '--data', data);
    const gone = await world.conductor('server list --name full-1 --columns uuid');
    for (const uuid of gone.out.match(/[0-9a-f-]{36}/gu) ?? []) await world.conductor(`server delete ${uuid}`);
    // A host gives back what a server had of it between the last state of that server and its end.
    await expect.poll(() => count(world), PATIENCE).toBe(8);
    await send(world, 'next', 2);

    await expect.poll(() => count(world, 'active'), PATIENCE).toBe(10);
    expect(again).toMatchObject({ exitCode: 2, err: expect.stringContaining('a local world is up already') });
    expect(sharing).toMatchObject({ exitCode: 2, err: expect.stringContaining(`process ${world.process.pid} has it`) });
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('ends with npm, even when that is killed, and with servers in flight', async () => {
    const npm = await startLocal(folder, ['--slow'], ['sh', '-c', '"$0" "$@" & wait']);
    up.add(npm);
    await send(npm, 'slow', 1);
    await expect.poll(() => count(npm, 'building'), PATIENCE).toBe(1);

    await npm.kill();

    await untilSilent(npm.reached);
    expect(npm.reached.serviceDownTime).toBe(60);
  });
});
