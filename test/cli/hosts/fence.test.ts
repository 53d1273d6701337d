import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fenced, fenceItem, type FenceState } from '#records/items/fence';
import { forced, serviceItem } from '#records/items/service';
import { cellTable, serviceKey } from '#records/keys';
import { localDeployment, type LocalDeployment } from '../local-deployment.ts';

const AT = '2026-11-22T13:00:00Z';

describe('conductor fence', { timeout: 90_000 }, () => {
  let local: LocalDeployment;
  const [table, key] = [cellTable('cell1'), serviceKey('host1', 'nova-compute')];

  beforeAll(async () => {
    local = await localDeployment();
  }, 90_000);
  afterAll(() => local.stop());

  /** What the agent has said of host1. */
  const answered = async (state: FenceState): Promise<void> => {
    const said = forced({ down: state === 'off', by: 'AROAFENCER', at: AT, reason: 'fenced: by IPMI' });
    const fence = fenced({ id: 'cell1/host1/1', state, at: AT, by: 'AROAFENCER', detail: 'by IPMI' });
    await local.platform.adapters.tables.update(table, key, { set: { ...said, ...fence } });
  };
  const service = async () => (await local.platform.adapters.tables.get(table, key)) ?? {};

  beforeEach(() => answered('off'));

  it('list and show print what was asked and answered', async () => {
    const listed = await local.conductor('fence list');
    const shown = await local.conductor('fence show host1');

    expect(listed.out).toMatch(/host1 +cell1 +off +2026-11-22T13:00:00Z +AROAFENCER +by IPMI/u);
    expect(shown.out).toContain('off at 2026-11-22T13:00:00Z, by AROAFENCER');
    expect(shown.out).toContain('cell1/host1/1');
  });

  it('release lets the host run again, and notes who said so', async () => {
    const ran = await local.conductor('fence release host1 --reason mended --json');
    const again = await local.conductor('fence release host1 --reason mended');

    expect(ran.data()).toMatchObject({ host: 'host1', reason: 'mended' });
    expect(fenceItem(await service())).toMatchObject({ state: 'released', detail: 'mended' });
    expect(serviceItem(await service())).toMatchObject({ forced_down: false, said: { down: false, reason: 'mended' } });
    expect(again).toMatchObject({ exitCode: 1, err: 'conductor: host host1 is released already' });
  });

  it.each([
    ['fence release host1', 2, '--reason TEXT is missing: say how you know'],
    ['fence show host2', 1, 'the fencing agent was not asked about host2'],
    ['host up host1 --reason x', 1, 'host host1 was fenced: conductor fence release host1 lets it run again'],
  ])('%s is refused and changes nothing', async (line, exitCode, message) => {
    const ran = await local.conductor(line);

    expect(ran).toMatchObject({ exitCode, err: `conductor: ${message}` });
    expect(fenceItem(await service())).toMatchObject({ state: 'off' });
    expect(serviceItem(await service())).toMatchObject({ forced_down: true });
  });
});
