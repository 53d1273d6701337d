import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { randomIds } from '#adapters/system/ids';
import { SystemClock } from '#adapters/system/clock';
import { decidingPlacement } from '#cli/deployment/cloud-placement';
import { ConductorClient } from '#client';
import { TINY } from '#local/demo/flavors';
import { buildCommand } from '#local/demo/requests';
import { readProvider } from '#placement/provider-item';
import type { Allocations } from '#ports/placement';
import { PLACEMENT } from '#records/keys';
import { allocationRequestText } from '#wire/allocation-request';
import { OfferingPlacement } from '../fixtures/placement/offering-placement.ts';
import { uuidOf } from '../fixtures/provider.ts';
import { localDeployment, run, type LocalDeployment, type Ran } from './local-deployment.ts';

const FILE = 'claims.json';
const OWNER = { projectId: 'p', userId: 'demo' };
const INTAKES = ['compute-task', 'conductor', 'cell-cell1-conductor', 'cell-cell2-conductor'];

describe('claims by the command', { timeout: 90_000 }, () => {
  let local: LocalDeployment;
  let cloud: OfferingPlacement;
  let file: string;
  const held: Record<string, Allocations> = {};

  beforeAll(async () => {
    local = await localDeployment();
    const ends = { ids: randomIds, clock: new SystemClock() };
    const { context, args, uuids } = buildCommand(ends, { names: ['vm1', 'vm2'], flavor: TINY, project: 'p' });
    await new ConductorClient({ bus: local.world.bus, ...ends }).scheduleAndBuildInstances(context, args);
    const active = async (): Promise<number> =>
      (await local.conductor('server list --format csv --columns state')).out.split('\n').filter((s) => s === 'active')
        .length;
    await vi.waitUntil(async () => (await active()) === 2, { timeout: 30_000, interval: 50 });
    for (const uuid of uuids) held[uuid] = await local.world.services.placement.allocations(uuid);
    file = (await local.conductor('placement export')).out;
    for (const queue of INTAKES) await local.conductor(`intake pause ${queue}`);
  }, 90_000);
  afterAll(() => local.stop());

  /** A Placement of a cloud to which the computes have reported. */
  beforeEach(async () => {
    cloud = new OfferingPlacement();
    for await (const item of local.platform.scan(PLACEMENT))
      if (item.sk === 'provider') await cloud.saveProvider(readProvider(item).provider);
  });

  const cloudPlacement = async () => cloud;

  /** The command of the deployment whose claims the cloud keeps. */
  const inCloud = (line: string): Promise<Ran> => {
    const target = local.target(true);
    const placement = decidingPlacement(cloudPlacement, target.placement);
    return run(line, {
      target: async () => ({ ...target, cloudPlacement, placement }),
      readFile: async () => file,
    });
  };
  const inTheCloud = async (): Promise<Record<string, Allocations>> =>
    Object.fromEntries(
      await Promise.all(Object.keys(held).map(async (uuid) => [uuid, await cloud.allocations(uuid)] as const)),
    );
  const [first, second] = [() => Object.keys(held)[0] ?? '', () => Object.keys(held)[1] ?? ''];

  it('are exported with owners and the names of providers', () => {
    expect(JSON.parse(file)).toMatchObject({
      form: 'serverless-conductor claims',
      version: 1,
      keptBy: 'deployment',
      claims: Object.keys(held)
        .toSorted()
        .map((consumer) => ({ consumer, server: consumer, owner: OWNER, allocations: held[consumer] })),
    });
  });

  it('are printed and not written by a dry run', async () => {
    const ran = await inCloud(`placement import ${FILE} --dry-run`);

    expect(ran.out).toContain('would be claimed');
    expect(ran.out).toContain('2 to do or done, 0 there before; nothing is written');
    expect([ran.exitCode, await inTheCloud()]).toEqual([0, { [first()]: {}, [second()]: {} }]);
  });

  it('are made in the Placement of a cloud, once, and what is exported there is the same', async () => {
    const ran = await inCloud(`placement import ${FILE} --json`);
    const again = await inCloud(`placement import ${FILE}`);
    const back = await inCloud('placement export');

    expect(ran).toMatchObject({ exitCode: 0, err: '' });
    expect(ran.data()).toMatchObject({ written: true, findings: [] });
    expect(again.out).toContain('0 to do or done, 2 there before');
    expect(await inTheCloud()).toEqual(held);
    expect(JSON.parse(back.out)).toEqual({ ...JSON.parse(file), keptBy: 'cloud' });
  });

  it('are not written where somebody holds something else, unless that is to be replaced', async () => {
    const [provider = ''] = Object.keys(held[first()] ?? {});
    await cloud.claim(first(), allocationRequestText(provider, { VCPU: 3 }), OWNER);
    await cloud.claim('nobody', allocationRequestText(provider, { VCPU: 1 }), OWNER);

    const refused = await inCloud(`placement import ${FILE}`);
    const between = await inTheCloud();
    const replaced = await inCloud(`placement import ${FILE} --replace`);

    expect(refused.exitCode).toBe(3);
    expect(refused.out).toContain('differs: --replace gives it up');
    expect(between).toEqual({ [first()]: { [provider]: { VCPU: 3 } }, [second()]: {} });
    expect([replaced.exitCode, await inTheCloud(), await cloud.allocations('nobody')]).toEqual([0, held, {}]);
  });

  it('of a server that is gone meanwhile are left out', async () => {
    const gone = { ...JSON.parse(file).claims[0], consumer: uuidOf(77), server: uuidOf(77) };
    const whole = file;
    file = JSON.stringify({ ...JSON.parse(whole), claims: [...JSON.parse(whole).claims, gone] });

    const ran = await inCloud(`placement import ${FILE}`);
    file = whole;

    expect(ran).toMatchObject({ exitCode: 0, out: expect.stringContaining('is gone: left out') });
    expect([await inTheCloud(), await cloud.allocations(uuidOf(77))]).toEqual([held, {}]);
  });

  it('that find no room are printed, and so is what the audit finds then', async () => {
    const [provider = ''] = Object.keys(held[first()] ?? {});
    const small = [...(cloud.tables.dump()[PLACEMENT] ?? [])]
      .map(readProvider)
      .find((each) => each.provider.uuid === provider);
    if (small !== undefined) {
      const inventories = { VCPU: { total: 0, reserved: 0, allocationRatio: 1 } };
      await cloud.saveProvider({ ...small.provider, inventories });
    }

    const ran = await inCloud(`placement import ${FILE}`);

    expect(ran.exitCode).toBe(3);
    expect(ran.out).toContain('refused: no room there');
    expect(ran.out).toContain('server-without-claim');
  });

  it('are refused for a provider that no compute has reported, and while an intake is open', async () => {
    cloud = new OfferingPlacement();
    const unknown = await inCloud(`placement import ${FILE}`);
    await local.conductor('intake resume compute-task');
    const open = await inCloud(`placement import ${FILE}`);
    await local.conductor('intake pause compute-task');

    expect(unknown).toMatchObject({ exitCode: 1, err: expect.stringContaining('start its compute against') });
    expect(open).toMatchObject({ exitCode: 1, err: expect.stringContaining('conductor intake pause QUEUE first') });
  });

  it('are not exported while an audit finds something about them', async () => {
    const { placement } = local.world.services;
    const [provider = ''] = Object.keys(held[first()] ?? {});
    await placement.claim('nobody', allocationRequestText(provider, { VCPU: 1 }), OWNER);

    const refused = await local.conductor('placement export');
    await placement.release('nobody');

    expect(refused).toMatchObject({ exitCode: 1, err: expect.stringContaining('conductor heal') });
  });

  it.each([
    ['no file of it', '{"a":1}', 'is no file of conductor placement export'],
    ['no JSON', '{', 'is no JSON'],
    ['a claim of nothing', '', 'claim 1 holds nothing: export again'],
  ])('are refused where the file is %s', async (_, text, says) => {
    const nothing = { ...JSON.parse(file), claims: [{ ...JSON.parse(file).claims[0], allocations: {} }] };
    const broken = text === '' ? JSON.stringify(nothing) : text;

    const ran = await run(`placement import ${FILE} --dry-run`, {
      target: async () => local.target(true),
      readFile: async () => broken,
    });

    expect(ran).toMatchObject({ exitCode: 1, err: expect.stringContaining(says) });
  });
});
