import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SystemClock } from '#adapters/system/clock';
import { randomIds } from '#adapters/system/ids';
import { scheduleAndBuildInstances } from '#client/compute-task-messages';
import { TINY } from '#local/demo/flavors';
import { buildCommand } from '#local/demo/requests';
import { cellTable, instanceKey, serviceKey } from '#records/keys';
import { requestEnvelope } from '#wire/envelope';
import { localDeployment, type LocalDeployment } from '../local-deployment.ts';

const CELL = cellTable('cell1');

describe('conductor host evacuate', { timeout: 90_000 }, () => {
  let local: LocalDeployment;
  let uuids: readonly string[];
  const conductor: LocalDeployment['conductor'] = (line, files) => local.conductor(line, files);

  /** Two servers on host1; host5 is the other host of its cell. */
  beforeAll(async () => {
    local = await localDeployment();
    const ids = randomIds;
    const command = buildCommand({ ids, clock: new SystemClock() }, { names: ['a', 'b'], flavor: TINY, project: 'p' });
    ({ uuids } = command);
    const message = scheduleAndBuildInstances({ ...command.args, admin_password: 'correct-horse' });
    const uniqueId = ids.uuid().replaceAll('-', '');
    const { context } = command;
    const body = requestEnvelope({ ...message, namespace: 'compute_task', context, uniqueId });
    await conductor('host disable host2 --reason test');
    await conductor('send schedule_and_build_instances --file r.json', { 'r.json': body });
    const built = async (): Promise<boolean> => {
      const { out } = await conductor('server list --host host1 --state active');
      return uuids.every((uuid) => out.includes(uuid));
    };
    await vi.waitUntil(built, { timeout: 60_000, interval: 100 });
    await local.world.fleet.add({ host: 'host5', cell: 'cell1' });
    await conductor('host discover');
  }, 90_000);
  afterAll(() => local.stop());

  const change = (uuid: string | undefined, vm_state: string) =>
    local.platform.adapters.tables.update(CELL, instanceKey(uuid ?? ''), { set: { vm_state } });

  /** Its operator says that it is dead. */
  async function kill(host: string): Promise<void> {
    local.world.fleet.host(host).die();
    await local.platform.adapters.tables.update(CELL, serviceKey(host, 'nova-compute'), { set: { forced_down: true } });
  }

  it.each([
    ['nowhere', 1, 'there is no host nowhere: conductor host list shows those there are'],
    ['host1', 1, 'host host1 is up: its servers would run twice; live-migrate them, or stop its compute service first'],
    ['host1 --to nowhere', 1, 'there is no host nowhere: conductor host list shows those there are'],
    ['host1 --to host2', 2, 'host host2 is in another cell than host1: name one of cell1'],
    ['host1 --parallel 0', 2, '--parallel 0 is no whole number from 1 on'],
    ['host1 --parallel 1.5', 2, '--parallel 1.5 is no whole number from 1 on'],
    ['host1 --timeout soon', 2, '--timeout soon is no whole number from 1 on'],
    ['host1 --token-file gone', 2, 'gone cannot be read: check --token-file'],
  ])('%s is refused and leaves the servers alone', async (line, exitCode, refusal) => {
    const ran = await conductor(`host evacuate ${line}`);
    const stayed = await conductor('server list --host host1 --state active --json');

    expect(ran).toMatchObject({ exitCode, out: '', err: `conductor: ${refusal}` });
    expect(stayed.data()).toHaveLength(2);
  });

  it('reports each server, sums up and fails while one is left; repeated, it takes that one too', async () => {
    const [moved, paused] = uuids;
    await kill('host1');
    await change(paused, 'paused');

    const first = await conductor('host evacuate host1 --to host5 --timeout 60 --token-file t', { t: 'gAAAA\n' });
    await change(paused, 'active');
    const second = await conductor('host evacuate host1 --timeout 60 --parallel 1 --json');
    const third = await conductor('host evacuate host1');

    expect(first.err).toContain(`1 of 2: ${paused} (b) stays: its vm_state is paused`);
    expect(first.err).toContain(`2 of 2: ${moved} (a) is on host5`);
    expect(first.out).toMatch(/^LEFT ON THE HOST +NAME +WHY$/mu);
    expect(first.out).toMatch(new RegExp(`^${paused} +b +its vm_state is paused$`, 'mu'));
    expect(first.out).toMatch(/^1 of 2 servers of host1 were taken to other hosts$/mu);
    expect(first.exitCode).toBe(1);
    expect(second.data()).toMatchObject({ host: 'host1', moved: [{ uuid: paused, to: 'host5', why: null }], left: [] });
    expect(second.exitCode).toBe(0);
    expect(third).toMatchObject({ exitCode: 0, out: 'there are no servers on host1' });
  });
});
