import { randomIds } from '#adapters/system/ids';
import { SystemClock } from '#adapters/system/clock';
import { ConductorClient } from '#client';
import { buildCommand } from '#local/demo/requests';
import { objectArgument, textField } from '#local/fleet/order';
import { BUILD_REQUESTS, buildRequestKey, cellTable, instanceKey } from '#records/keys';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localDeployment, type LocalDeployment } from './local-deployment.ts';

const TINY = { id: 1, name: 'm1.tiny', vcpus: 1, memoryMb: 512, rootGb: 1 };
const HUGE = { id: 2, name: 'm1.huge', vcpus: 5000, memoryMb: 512, rootGb: 1 };

/** A server called slow-… is being built for as long as anybody looks. */
const behaviour = (order: Parameters<typeof objectArgument>[0]) =>
  textField(objectArgument(order, 'instance'), 'display_name').startsWith('slow') ? { delay: 600_000 } : 'build';

describe('servers by the command', { timeout: 90_000 }, () => {
  let local: LocalDeployment;
  const conductor: LocalDeployment['conductor'] = (line, files) => local.conductor(line, files);
  beforeAll(async () => {
    local = await localDeployment(behaviour);
  }, 90_000);
  afterAll(() => local.stop());

  const state = async (uuid: string): Promise<string> => (await conductor(`server show ${uuid}`)).out;
  const reaches = async (uuid: string, wanted: RegExp): Promise<void> => {
    await expect.poll(() => state(uuid), { timeout: 30_000, interval: 50 }).toMatch(wanted);
  };

  async function asked(name: string, project = 'p', flavor = TINY) {
    const ends = { ids: randomIds, clock: new SystemClock() };
    const { context, args, uuids } = buildCommand(ends, { names: [name], flavor, project });
    await new ConductorClient({ bus: local.world.bus, ...ends }).scheduleAndBuildInstances(context, args);
    return { uuid: uuids[0] ?? '', request: context.request_id };
  }

  async function built(name: string, project?: string) {
    const made = await asked(name, project);
    await reaches(made.uuid, /state {6}active/u);
    return made;
  }

  const uuidsOf = async (filters: string): Promise<unknown> => {
    const { out } = await conductor(`server list ${filters} --format csv --columns uuid`);
    return out.split('\n').slice(1).toSorted();
  };

  it('that are being scheduled are shown with the command that lists their execution', async () => {
    const uuid = randomIds.uuid();
    await local.world.services.tables.put(BUILD_REQUESTS, { ...buildRequestKey(uuid) });

    const shown = await state(uuid);

    expect(shown).toContain('state      scheduling');
    expect(shown).toContain(`conductor execution list --server ${uuid}`);
    await local.world.services.tables.delete(BUILD_REQUESTS, buildRequestKey(uuid));
  });

  it('are listed by state whatever its case, name, project, request, flavor and time, sorted and cut off', async () => {
    const [web, database] = [await built('web-1', 'blue'), await built('database', 'green')];
    const slow = await asked('slow-web', 'blue');
    await reaches(slow.uuid, /spawning|building/u);

    expect(await uuidsOf('--project green')).toEqual([database.uuid]);
    expect(await uuidsOf('--name WEB --state Active')).toEqual([web.uuid]);
    expect(await uuidsOf(`--request ${web.request}`)).toEqual([web.uuid]);
    expect(await uuidsOf('--flavor m1.tiny --project blue')).toEqual([slow.uuid, web.uuid].toSorted());
    expect(await uuidsOf('--flavor m1.huge')).toEqual([]);
    expect(await uuidsOf('--changed-since 1h --project green')).toEqual([database.uuid]);
    expect(await uuidsOf('--changed-before 1h')).toEqual([]);
    expect(await uuidsOf('--state building --project blue')).toEqual([slow.uuid]);
    expect(await uuidsOf('--sort name:desc --limit 1 --state active')).toEqual([web.uuid]);
  });

  it.each([
    ['--state bogus', '--state bogus is none: choose active, building'],
    ['--sort colour', '--sort colour is none: choose uuid, name'],
    ['--limit none', '--limit none is no number above 0'],
    ['--changed-since soon', '--changed-since soon is no time'],
  ])('are not listed by %s', async (filter, says) => {
    expect(await conductor(`server list ${filter}`)).toMatchObject({ exitCode: 2, err: expect.stringContaining(says) });
  });

  it('are watched until enough is seen', async () => {
    const ran = await conductor('server list --name nobody --watch 1 --json');

    expect(ran).toMatchObject({ exitCode: 0, out: '[]' });
  });

  it('are deleted by their host, or by their records where they have none', async () => {
    const there = await built('to-go');
    const nowhere = await asked('too-big', 'p', HUGE);
    await reaches(nowhere.uuid, /state {6}error/u);

    const ordered = await conductor(`server delete ${there.uuid}`);
    const records = await conductor(`server delete ${nowhere.uuid}`);
    await reaches(there.uuid, /state {6}\w+, deleted/u);
    await reaches(nowhere.uuid, /state {6}\w+, deleted/u);
    const again = await conductor(`server delete ${there.uuid}`);

    expect(ordered.out).toMatch(/is being deleted by host[12]$/u);
    expect(records.out).toMatch(/is deleted$/u);
    expect(again).toMatchObject({ exitCode: 1, err: expect.stringContaining('there is no server') });
    expect(await local.world.services.placement.allocations(there.uuid)).toEqual({});
  });

  it('are reset to error or active, but not while an execution is at work', async () => {
    const { uuid } = await built('stuck');
    const slow = await asked('slow-stuck');
    await reaches(slow.uuid, /spawning/u);
    const item = () => local.world.services.tables.get(cellTable('cell1'), instanceKey(uuid));
    const there = (await item()) === undefined ? 'cell2' : 'cell1';
    await local.world.services.tables.update(cellTable(there), instanceKey(uuid), { set: { task_state: 'rebooting' } });

    const error = await conductor(`server reset-state ${uuid}`);
    const active = await conductor(`server reset-state ${uuid} --active`);
    const busy = await conductor(`server reset-state ${slow.uuid}`);

    expect(error.out).toBe(`server ${uuid} was active, rebooting and is error`);
    expect(active.out).toBe(`server ${uuid} was error and is active`);
    expect(busy).toMatchObject({ exitCode: 1, err: expect.stringContaining('conductor execution stop launch/') });
  });

  it('have their last execution found, and those of a server or a request listed', async () => {
    const { uuid, request } = await asked('slow-stopped');
    await reaches(uuid, /spawning/u);
    await conductor(`execution stop ${uuid} --reason test`);

    const shown = await conductor(`execution show ${uuid}`);
    const ofServer = await conductor(
      `execution list --server ${uuid} --since 1h --columns workflow,status --format csv`,
    );
    const ofRequest = await conductor(`execution list --request ${request} --columns workflow --format csv`);
    const older = await conductor(`execution list --server ${uuid} --since 2020-01-01 --limit 1 --format csv`);

    expect(shown.out).toMatch(/status {5}ABORTED/u);
    expect(ofServer.out.split('\n').toSorted()).toEqual(['launch,ABORTED', 'workflow,status']);
    expect(ofRequest.out.split('\n').toSorted()).toEqual(['launch', 'workflow']);
    expect(older.out.split('\n')).toHaveLength(2);
  });

  it('that the quota refused have the execution of their whole request found', async () => {
    const ends = { ids: randomIds, clock: new SystemClock() };
    await conductor('quota set tight --instances 1');
    const { context, args, uuids } = buildCommand(ends, { names: ['a', 'b'], flavor: TINY, project: 'tight' });
    await new ConductorClient({ bus: local.world.bus, ...ends }).scheduleAndBuildInstances(context, args);
    await reaches(uuids[1] ?? '', /state {6}error/u);

    const shown = await conductor(`execution show ${uuids[1]} --json`);

    expect(shown.data()).toMatchObject({ workflow: 'build', status: 'SUCCEEDED' });
  });
});
