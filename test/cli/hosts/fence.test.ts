import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fenced, fenceItem, type FenceState } from '#records/items/fence';
import { forced, serviceItem } from '#records/items/service';
import { cellTable, serviceKey } from '#records/keys';
import { watching } from '../../fixtures/watching.ts';
import { localDeployment, run, type LocalDeployment } from '../local-deployment.ts';

const AT = '2026-11-22T13:00:00Z';

const fileOfNone = () => Promise.reject(new Error('no file is read'));

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

  /** Releases host1 while something else happens between the look and the write. */
  function interrupted(meanwhile: () => Promise<unknown>) {
    const reached = local.target(true);
    const { tables } = reached;
    const update: typeof tables.update = async (...args) => {
      await meanwhile();
      return tables.update(...args);
    };
    const target = async () => ({ ...reached, tables: watching(tables, { update }) });
    return run('fence release host1 --reason mended', { target, readFile: fileOfNone });
  }

  it('release of two operators at once is that of the first', async () => {
    const second = await interrupted(() => local.conductor('fence release host1 --reason first'));

    expect(second).toMatchObject({ exitCode: 1, err: expect.stringContaining('look again') });
    expect(fenceItem(await service())).toMatchObject({ state: 'released', detail: 'first' });
  });

  it('release of a host that is asked about anew meanwhile leaves what is asked', async () => {
    const anew = fenced({ id: 'cell1/host1/2', state: 'off', at: AT, by: 'AROAFENCER', detail: 'by IPMI' });

    const late = await interrupted(() => local.platform.adapters.tables.update(table, key, { set: anew }));

    expect(late).toMatchObject({ exitCode: 1, err: expect.stringContaining('look again') });
    expect(fenceItem(await service())).toMatchObject({ id: 'cell1/host1/2', state: 'off' });
    expect(serviceItem(await service())).toMatchObject({ forced_down: true });
  });

  it.each(['asked', 'refused', 'failed'] as const)(
    'release after %s takes back nothing that a person has said',
    async (state) => {
      await answered(state);
      await local.conductor('host down host1 --reason "it burns" --force');

      const ran = await local.conductor('fence release host1 --reason mended');

      expect(ran).toMatchObject({ exitCode: 0 });
      expect(fenceItem(await service())).toMatchObject({ state: 'released' });
      expect(serviceItem(await service())).toMatchObject({ forced_down: true, said: { reason: 'it burns' } });
    },
  );

  it.each(['asked', 'refused', 'failed', 'released'] as const)(
    'host up takes back what a person has said of a host whose fence is %s',
    async (state) => {
      await answered(state);
      await local.conductor('host down host1 --reason "it burns" --force');

      const ran = await local.conductor('host up host1 --reason "it was the next rack"');

      expect(ran).toMatchObject({ exitCode: 0 });
      expect(fenceItem(await service())).toMatchObject({ state });
      expect(serviceItem(await service())).toMatchObject({ forced_down: false, said: { down: false } });
    },
  );

  it.each([
    ['fence release host1', 2, '--reason TEXT is missing: say why'],
    ['fence show host2', 1, 'the fencing agent was not asked about host2'],
    ['host up host1 --reason x', 1, 'host host1 was fenced: conductor fence release host1 lets it run again'],
  ])('%s is refused and changes nothing', async (line, exitCode, message) => {
    const ran = await local.conductor(line);

    expect(ran).toMatchObject({ exitCode, err: `conductor: ${message}` });
    expect(fenceItem(await service())).toMatchObject({ state: 'off' });
    expect(serviceItem(await service())).toMatchObject({ forced_down: true });
  });
});
