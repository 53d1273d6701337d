import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { SMALL } from '#local/demo/flavors';
import { userContext } from '../../fixtures/openstack.ts';
import type { Failure } from '../failing-proxy.ts';
import { cloudClient } from '../cloud-client.ts';
import { cloudToken } from '../filled-cloud.ts';
import { settledHoldings } from './held-by-services.ts';
import { startCloudCell, type AskedInstance, type CloudCell } from './cloud-cell.ts';
import { askFor, type Having } from './new-instance.ts';
import { newSnapshot } from './snapshot.ts';

const cloud = inject('openstack');
const ACTIVE = { vm_state: 'active', task_state: null };
const REFUSED = /Forbidden|Failed to revert task state/u;
const NO_SPAWN = { spawn: { fail: 'no hypervisor today' } };

describe('servers with ports, volumes and devices, on stock computes', () => {
  let at: CloudCell;

  beforeAll(async () => {
    at = await startCloudCell(cloud);
  });

  afterEach(async () => {
    for (const proxy of Object.values(at.proxies)) proxy.forget();
    await at.cell.recover();
  });

  afterAll(async () => {
    await at.stop();
  });

  /** A server that runs. */
  const active = async (name: string, having: Having = {}): Promise<AskedInstance> => {
    const asked = await askFor(at, name, having);
    await at.cell.until(asked.uuid, ACTIVE);
    return asked;
  };

  /** Who migrates servers: computes change profiles of bindings by the token of the request, which others do not see. */
  const administrator = async () => at.cell.userBy(await cloudToken(cloud, 'nova', 'demo'));

  /** One that the first host that is asked, whichever it is, fails to build. */
  const rescheduled = async (name: string): Promise<AskedInstance> => {
    const [first, second] = at.cell.computes;
    for (const compute of [first, second]) compute?.order(NO_SPAWN);
    const asked = await active(name, { devices: true });
    for (const compute of [first, second]) compute?.order({});
    return asked;
  };

  const liveMigrated = async (
    name: string,
    having: Having = {},
  ): Promise<{ readonly before: string | null; readonly after: string | null }> => {
    const { uuid } = await active(name, having);
    const { host: before = null } = (await at.cell.look(uuid)) ?? {};
    await (await administrator()).liveMigrate(uuid, null);
    const { host: after } = await at.cell.until(uuid, { ...ACTIVE, migration: 'completed' });
    return { before, after };
  };

  it('are built, and each service has exactly what is theirs', async () => {
    const { uuid } = await active('built', { devices: true });

    expect(await at.cell.look(uuid)).toMatchObject({ fault: null });
    const { reported, expected } = await settledHoldings(at);
    expect(reported).toEqual(expected);
  });

  it('are built elsewhere when hosts fail', async () => {
    const { uuid } = await rescheduled('rescheduled');

    expect(await at.cell.look(uuid)).toMatchObject({ host: 'host3' });
    const { reported, expected } = await settledHoldings(at);
    expect(reported).toEqual(expected);
    // a compute whose last call about a build is refused deletes whatever the server holds by then
    expect(
      at.cell.computes.flatMap((compute) =>
        compute.lines().filter((line) => line.includes(uuid) && REFUSED.test(line)),
      ),
    ).toEqual([]);
  });

  it('hold nothing once every host has failed', async () => {
    for (const compute of at.cell.computes) compute.order(NO_SPAWN);

    const { uuid } = await askFor(at, 'exhausted', { devices: true });
    const server = await at.cell.until(uuid, { vm_state: 'error', task_state: null });

    expect(server).toMatchObject({ host: null, guests: [] });
    const { reported, expected } = await settledHoldings(at);
    expect(reported).toEqual(expected);
  });

  it('are live-migrated, and the bandwidth of their ports goes along', async () => {
    const { before, after } = await liveMigrated('live', { bandwidth: true });

    expect(after).not.toBe(before);
    const { reported, expected } = await settledHoldings(at);
    expect(reported).toEqual(expected);
  });

  it('are migrated cold and confirmed, and hold the bandwidth of their ports on both hosts until then', async () => {
    const { uuid } = await active('cold', { bandwidth: true });

    await (await administrator()).migrate(uuid);
    await at.cell.until(uuid, { vm_state: 'resized', task_state: null });
    const between = await settledHoldings(at);
    expect(between.reported).toEqual(between.expected);
    await at.cell.user.confirmResize(uuid);
    await at.cell.until(uuid, { ...ACTIVE, migration: 'confirmed' });

    const { reported, expected } = await settledHoldings(at);
    expect(reported).toEqual(expected);
  });

  it('are resized and taken back', async () => {
    const { uuid } = await active('resized');

    await at.cell.user.resize(uuid, SMALL);
    await at.cell.until(uuid, { vm_state: 'resized', task_state: null });
    const between = await settledHoldings(at);
    expect(between.reported).toEqual(between.expected);
    await at.cell.user.revertResize(uuid);
    await at.cell.until(uuid, { ...ACTIVE, migration: 'reverted' });

    const { reported, expected } = await settledHoldings(at);
    expect(reported).toEqual(expected);
  });

  it('are rebuilt where they are', async () => {
    const { uuid } = await active('rebuilt', { devices: true });

    await at.cell.user.rebuild(uuid);
    const server = await at.cell.until(uuid, ACTIVE);

    expect(server.fault).toBeNull();
    const { reported, expected } = await settledHoldings(at);
    expect(reported).toEqual(expected);
  });

  it('are shelved and brought back', async () => {
    const { uuid } = await active('shelved', { devices: true });
    const { accelerators, close } = cloudClient(cloud);
    const arqs = await accelerators.arqsOf(userContext(at.context), uuid);
    close();

    await at.cell.user.shelve(uuid, { id: await newSnapshot(cloud), accelUuids: arqs.map((arq) => arq.uuid) });
    await at.cell.until(uuid, { vm_state: 'shelved_offloaded', task_state: null, host: null });
    const between = await settledHoldings(at);
    expect(between.reported).toEqual(between.expected);
    await at.cell.user.unshelve(uuid);
    await at.cell.until(uuid, ACTIVE);

    const { reported, expected } = await settledHoldings(at);
    expect(reported).toEqual(expected);
  });

  // Neutron takes the name of a server for the name of its ports: a blank in it fails every host.
  it.each<[string, Failure]>([
    ['503', { kind: 'status', status: 503, body: '{}' }],
    ['401', { kind: 'status', status: 401, body: '{}' }],
    ['slowness', { kind: 'slow', milliseconds: 1500 }],
    ['a-cut', { kind: 'cut' }],
  ])('end as without it where every service meets %s on the way', async (name, failure) => {
    for (const proxy of Object.values(at.proxies))
      for (const method of ['GET', 'POST', 'PUT', 'PATCH']) proxy.fail(method, failure);

    const { uuid } = await rescheduled(`after-${name}`);
    const { before, after } = await liveMigrated(`live-after-${name}`);

    expect(await at.cell.look(uuid)).toMatchObject({ host: 'host3' });
    expect(after).not.toBe(before);
    const { reported, expected } = await settledHoldings(at);
    expect(reported).toEqual(expected);
  });

  /** Deletes what runs, one after the other: two writers at once are too many for the databases of these services. */
  const deleteEach = async (isMeant: (uuid: string, host: string | null) => boolean): Promise<void> => {
    for (const { uuid } of at.asked) {
      const { vm_state, host = null } = (await at.cell.look(uuid)) ?? {};
      if (vm_state !== 'active' || !isMeant(uuid, host)) continue;
      await at.cell.user.delete(uuid);
      await at.cell.until(uuid, { vm_state: 'deleted', guests: [] });
    }
  };

  it('are evacuated from a host that has died', async () => {
    const { uuid } = await active('evacuated', { devices: true });
    const source = await at.cell.computeOf(uuid);
    await deleteEach((each, host) => each !== uuid && host === source.host);

    await source.kill();
    await at.cell.untilDown(source.host);
    await at.cell.evacuate(source.host);
    const server = await at.cell.until(uuid, ACTIVE);
    await at.cell.start(source);

    expect(server.host).not.toBe(source.host);
    const { reported, expected } = await settledHoldings(at);
    expect(reported).toEqual(expected);
  });

  it('are deleted, and nothing is left of them', async () => {
    await deleteEach(() => true);

    for (const { uuid } of at.asked)
      expect(['deleted', 'error']).toContain((await at.cell.look(uuid))?.vm_state ?? 'deleted');
    const { reported, expected } = await settledHoldings(at);
    expect(reported).toEqual(expected);
  });
});
