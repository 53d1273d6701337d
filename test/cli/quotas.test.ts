import { randomIds } from '#adapters/system/ids';
import { SystemClock } from '#adapters/system/clock';
import { ConductorClient } from '#client';
import { buildCommand } from '#local/demo/requests';
import { API, quotaKey, quotaLimitsKey, userLimitsKey, userUsageKey } from '#records/keys';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localDeployment, type LocalDeployment } from './local-deployment.ts';

const FLAVOR = { id: 1, name: 'm1.tiny', vcpus: 1, memoryMb: 512, rootGb: 1 };

describe('limits of projects and users', { timeout: 60_000 }, () => {
  let local: LocalDeployment;
  const conductor: LocalDeployment['conductor'] = (line) => local.conductor(line);
  beforeAll(async () => {
    local = await localDeployment();
  }, 60_000);
  afterAll(() => local.stop());

  /** State of a server that the project asks for now. */
  async function asks(project: string): Promise<string> {
    const ends = { ids: randomIds, clock: new SystemClock() };
    const { context, args, uuids } = buildCommand(ends, { names: ['vm'], flavor: FLAVOR, project });
    await new ConductorClient({ bus: local.world.bus, ...ends }).scheduleAndBuildInstances(context, args);
    const state = async (): Promise<string> => (await conductor(`server show ${uuids[0] ?? ''}`)).out;
    await expect.poll(state, { timeout: 30_000, interval: 50 }).toMatch(/state {6}(?:active|error)/u);
    return /state {6}(\w+)/u.exec(await state())?.[1] ?? '';
  }

  it('that are set are what the next request is held against, and unset again the deployment decides', async () => {
    await conductor('quota set bounded --instances 0');
    const none = await asks('bounded');
    const unset = await conductor('quota unset bounded --instances');
    const some = await asks('bounded');

    expect([none, some]).toEqual(['error', 'active']);
    expect(unset.out).toMatch(/instances +10 +1 +the deployment/u);
  });

  it('are shown with what is used of them and whose word they are', async () => {
    const { tables } = local.world.services;
    await tables.put(API, { ...quotaKey('shown'), instances: 7, cores: 7, ram: 512, server_groups: 1 });
    await conductor('quota set shown --instances 5 --ram -1');

    const shown = await conductor('quota show shown');
    const data = await conductor('quota show shown --json');

    expect(shown.out).toMatch(/instances +5 +7 \(over\) +the project/u);
    expect(shown.out).toMatch(/ram +unlimited +512 +the project/u);
    expect(shown.out).toMatch(/server_groups +10 +1 +the deployment/u);
    expect(data.data()).toMatchObject({
      project: 'shown',
      limits: [{ name: 'instances', limit: 5, from: 'project' }, {}, {}, {}, {}],
    });
  });

  it('of a user count what that user has, and are no higher than those of the project', async () => {
    const { tables } = local.world.services;
    await tables.put(API, { ...userUsageKey('shared', 'ann'), instances: 1, cores: 2, ram: 512 });

    const set = await conductor('quota set shared --user ann --cores 4');
    const high = await conductor('quota set shared --user ann --instances 11');
    const groups = await conductor('quota set shared --user ann --server-groups 1');
    const stored = await tables.get(API, userLimitsKey('shared', 'ann'));

    expect(set.out).toMatch(/cores +4 +2 +the user/u);
    expect(set.out).toMatch(/instances +unlimited +1 +nobody/u);
    expect(high).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining("--instances 11 is more than the project's 10"),
    });
    expect(groups).toMatchObject({ exitCode: 2, err: expect.stringContaining('server_groups is a limit of projects') });
    expect(stored).toMatchObject({ user_id: 'ann', project_id: 'shared', cores: 4 });
  });

  it('are all taken away where none is named', async () => {
    await conductor('quota set plain --instances 1 --cores 2 --server-group-members 3');
    const unset = await conductor('quota unset plain');
    const stored = await local.world.services.tables.get(API, quotaLimitsKey('plain'));

    expect(unset.out).not.toContain('the project');
    expect(stored).not.toHaveProperty('instances');
    expect(stored).not.toHaveProperty('server_group_members');
  });

  it.each([
    ['quota set p', 'nothing is set: give --instances'],
    ['quota set p --cores many', '--cores many is no limit: give a whole number, or -1 for unlimited'],
    ['quota set p --server-groups 1.5', '--server-groups 1.5 is no limit'],
    ['quota set p --ram -2', '--ram -2 is no limit'],
  ])('are not set by %s', async (line, says) => {
    expect(await conductor(line)).toMatchObject({ exitCode: 2, err: expect.stringContaining(says) });
  });

  it('of projects without a word are those of the deployment', async () => {
    const defaults = await conductor('quota defaults --json');

    expect(defaults.data()).toEqual({
      instances: 10,
      cores: 20,
      ram: 51_200,
      server_groups: 10,
      server_group_members: 10,
    });
  });
});
