import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomIds } from '#adapters/system/ids';
import { SystemClock } from '#adapters/system/clock';
import { ConductorClient } from '#client';
import { SMALL, TINY } from '#local/demo/flavors';
import { buildCommand } from '#local/demo/requests';
import { worldUser } from '#local/demo/user';
import { specOf } from '#cli/servers/server-request';
import { localDeployment, type LocalDeployment } from './local-deployment.ts';

describe('a resize across cells by the command', { timeout: 90_000 }, () => {
  let local: LocalDeployment;
  beforeAll(async () => {
    local = await localDeployment();
  }, 90_000);
  afterAll(() => local.stop());

  const reaches = async (uuid: string, wanted: RegExp): Promise<void> => {
    await expect
      .poll(async () => (await local.conductor(`server show ${uuid}`)).out, { timeout: 60_000, interval: 50 })
      .toMatch(wanted);
  };

  it('is in lists once, and is reverted or confirmed when that is asked for', async () => {
    const ends = { ids: randomIds, clock: new SystemClock() };
    const client = new ConductorClient({ bus: local.world.bus, ...ends });
    const { context, args, uuids } = buildCommand(ends, {
      names: ['mover'],
      flavor: TINY,
      project: 'p',
      host: 'host1',
    });
    const [uuid = ''] = uuids;
    await client.scheduleAndBuildInstances(context, args);
    await reaches(uuid, /state {6}active/u);
    await worldUser(local.world.services, client).resizeAcrossCells(uuid, SMALL, 'host2');
    await reaches(uuid, /state {6}resized\n.*cell2/u);
    const listed = async (how: string) => (await local.conductor(`server list ${how} --format csv --columns cell`)).out;

    const lists = [await listed(''), await listed('--host host1'), await listed('--host host1 --hidden')];
    const neither = await local.conductor(`server end-resize ${uuid}`);
    const { out } = await local.conductor(`server end-resize ${uuid} --revert`);
    await reaches(uuid, /state {6}active\n.*cell1, host host1/u);
    const spec = await specOf({ ...local.world.services, client }, uuid);
    await worldUser(local.world.services, client).resizeAcrossCells(uuid, SMALL, 'host2');
    await reaches(uuid, /state {6}resized\n.*cell2/u);
    const confirmed = await local.conductor(`server end-resize ${uuid} --confirm`);
    await reaches(uuid, /state {6}active\n.*cell2, host host2/u);

    expect(spec?.['nova_object.data']).toMatchObject({ flavor: { 'nova_object.data': { name: TINY.name } } });
    expect(confirmed.out).toBe(`server ${uuid} is asked to be confirmed`);
    expect(lists.map((list) => list.split('\n').slice(1))).toEqual([['cell2'], [], ['cell1']]);
    expect([neither.exitCode, neither.err]).toEqual([2, expect.stringContaining('say either --confirm or --revert')]);
    expect(out).toBe(`server ${uuid} is asked to be reverted`);
  });
});
