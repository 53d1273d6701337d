import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SystemClock } from '#adapters/system/clock';
import { randomIds } from '#adapters/system/ids';
import { scheduleAndBuildInstances } from '#client/compute-task-messages';
import { TINY } from '#local/demo/flavors';
import { buildCommand } from '#local/demo/requests';
import type { Attributes } from '#ports/tables';
import { cellTable, serviceKey } from '#records/keys';
import { requestEnvelope } from '#wire/envelope';
import { fenced } from '#records/items/fence';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { watching } from '../../fixtures/watching.ts';
import { localDeployment, run, type LocalDeployment } from '../local-deployment.ts';

describe('conductor host down', { timeout: 90_000 }, () => {
  let local: LocalDeployment;
  let uuid: string;
  const conductor: LocalDeployment['conductor'] = (line, files) => local.conductor(line, files);

  /** A server that host1 builds for as long as the world is up. */
  beforeAll(async () => {
    local = await localDeployment(() => ({ delay: 600_000 }));
    const clock = new SystemClock();
    const command = buildCommand({ ids: randomIds, clock }, { names: ['a'], flavor: TINY, project: 'p' });
    uuid = command.uuids[0] ?? '';
    const message = scheduleAndBuildInstances({ ...command.args, admin_password: 'correct-horse' });
    const uniqueId = randomIds.uuid().replaceAll('-', '');
    const body = requestEnvelope({ ...message, namespace: 'compute_task', context: command.context, uniqueId });
    await conductor('host disable host2 --reason test');
    await conductor('send schedule_and_build_instances --file r.json', { 'r.json': body });
    const building = async (): Promise<boolean> => (await conductor(`server show ${uuid}`)).out.includes('spawning');
    await vi.waitUntil(building, { timeout: 60_000, interval: 100 });
  }, 90_000);
  afterAll(() => local.stop());

  const service = () => local.platform.adapters.tables.get(cellTable('cell1'), serviceKey('host1', 'nova-compute'));

  it('shows why a host was taken out of scheduling', async () => {
    const shown = await conductor('host show host2');

    expect(shown.out).toMatch(/^enabled {5}no: test$/mu);
  });

  it.each([
    ['down nowhere --reason x', 1, 'there is no host nowhere: conductor host list shows those there are'],
    ['down host1', 2, '--reason TEXT is missing: say how you know'],
    ['down host1 --reason " " --force', 2, '--reason TEXT is missing: say how you know'],
    [
      'down host1 --reason x',
      1,
      'host host1 is heard (it was heard lately): its servers would run twice; stop its compute service, or give --force',
    ],
    ['up host1', 2, '--reason TEXT is missing: say why'],
  ])('%s is refused and changes nothing', async (line, exitCode, refusal) => {
    const ran = await conductor(`host ${line}`);

    expect(ran).toMatchObject({ exitCode, out: '', err: `conductor: ${refusal}` });
    expect(await service()).toMatchObject({ forced_down: false });
  });

  it('prints first what it gives up, notes who said so, when and why, and is taken back by host up', async () => {
    const down = await conductor('host down host1 --reason "the rack burns" --force');
    const shown = await conductor('host show host1');
    const listed = await conductor('host list --cell cell1');
    const up = await conductor('host up host1 --reason "it was the next rack" --json');

    expect(down.err).toContain('this gives up 1 operations on host1');
    expect(down.err).toContain(`${uuid} (a): launch, spawning`);
    expect(down.out).toBe('host host1 is declared dead; conductor host up host1 takes it back');
    expect(shown.out).toContain('down: an operator said so: the rack burns');
    expect(shown.out).toMatch(/declared +dead by an operator at \d{4}-.*: the rack burns/u);
    expect(listed.out).toContain('an operator said so: the rack burns');
    expect(up.data()).toEqual({
      host: 'host1',
      cell: 'cell1',
      down: false,
      by: 'an operator',
      reason: 'it was the next rack',
    });
    expect(await service()).toMatchObject({ forced_down: false, 'op:forced': { down: false } });
  });

  /** Runs a command of which something else happens between its look and its write; the host was not heard lately. */
  function interrupted(line: string, meanwhile: () => Promise<unknown>) {
    const target = async (): Promise<DeploymentTarget> => {
      const reached = local.target(true);
      const { tables } = reached;
      return {
        ...reached,
        serviceGroup: { verdict: async () => ({ liveness: 'unknown', reason: 'nothing was read' }) },
        tables: watching(tables, {
          update: async (...args) => {
            await meanwhile();
            return tables.update(...args);
          },
        }),
      };
    };
    return run(line, { target, readFile: () => Promise.reject(new Error('no file is read')) });
  }

  const change = (set: Attributes) =>
    local.platform.adapters.tables.update(cellTable('cell1'), serviceKey('host1', 'nova-compute'), { set });
  let heartbeats = 0;
  const heard = () => {
    heartbeats += 1;
    return change({ last_seen_up: `2030-01-01T00:00:0${heartbeats}Z` });
  };

  it('is refused for a host that is heard between the look and the write, unless it is forced', async () => {
    const refused = await interrupted('host down host1 --reason x', heard);
    const after = await service();
    const done = await interrupted('host down host1 --reason x --force', heard);

    expect(refused).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('conductor: host host1 has just been heard: look again, or give --force'),
    });
    expect(after).toMatchObject({ forced_down: false });
    expect(done).toMatchObject({ exitCode: 0 });
    expect(await service()).toMatchObject({ forced_down: true });
    await conductor('host up host1 --reason "it was a test"');
  });

  it('is taken back by nobody once the fencing agent has said between the look and the write that it is off', async () => {
    const off = fenced({
      id: 'cell1/host1/1',
      state: 'off',
      at: '2026-11-29T12:00:00Z',
      by: 'AROAFENCER',
      detail: 'IPMI',
    });

    const refused = await interrupted('host up host1 --reason x', () => change({ ...off, forced_down: true }));

    expect(refused).toMatchObject({ exitCode: 1 });
    expect(refused.err).toContain('look again');
    expect(await service()).toMatchObject({ forced_down: true });
  });
});
