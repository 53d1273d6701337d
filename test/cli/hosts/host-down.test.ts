import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SystemClock } from '#adapters/system/clock';
import { randomIds } from '#adapters/system/ids';
import { scheduleAndBuildInstances } from '#client/compute-task-messages';
import { TINY } from '#local/demo/flavors';
import { buildCommand } from '#local/demo/requests';
import { cellTable, serviceKey } from '#records/keys';
import { requestEnvelope } from '#wire/envelope';
import { localDeployment, type LocalDeployment } from '../local-deployment.ts';

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

  it.each([
    ['down nowhere --reason x', 1, 'there is no host nowhere: conductor host list shows those there are'],
    ['down host1', 2, '--reason TEXT is missing: say how you know'],
    ['down host1 --reason " " --force', 2, '--reason TEXT is missing: say how you know'],
    [
      'down host1 --reason x',
      1,
      'host host1 is heard (it was heard lately): its servers would run twice; stop its compute service, or give --force',
    ],
    ['up host1', 2, '--reason TEXT is missing: say how you know'],
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
});
