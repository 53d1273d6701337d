import { describe, expect, it } from 'vitest';
import { NoValidHost } from '#errors';
import { EmbeddedPlacement } from '#placement/embedded-placement';
import type { Json } from '#ports/json';
import { allocationRequestText } from '#wire/allocation-request';
import { listOf, mapOf } from '#wire/reading';
import { fieldOf } from '../../fixtures/placement/allocations-json.ts';
import { equalHosts } from '../../fixtures/fleet.ts';
import { placementApi, placementApiOn } from '../../fixtures/placement/placement-api.ts';
import { inventory, provider, uuidOf } from '../../fixtures/provider.ts';
import { recordsOn, storedInstance } from '../../fixtures/records.ts';
import { rejected } from '../../fixtures/rejected.ts';
import { flavor, requestSpec } from '../../fixtures/request-spec.ts';
import { schedulerWorld } from '../../scheduler/world.ts';

const [HOST1, HOST2, CARD, SERVER] = [uuidOf(1), uuidOf(2), uuidOf(21), uuidOf(300)];
const OWNER = { projectId: 'p', userId: 'u' };
const ON_HOST1 = `/resource_providers/${HOST1}`;
const GOLD = {
  resource_provider_generation: 0,
  inventories: { VCPU: { total: 4 }, CUSTOM_GOLD: { total: 2, max_unit: 1 } },
};

const errorCode = (body: Json | undefined): Json | undefined => mapOf(listOf(fieldOf(body, 'errors'))[0])['code'];

/** One compute node, known by its record. */
async function node() {
  const world = placementApi();
  const placement = new EmbeddedPlacement(world.tables);
  await placement.saveProvider(provider(1));
  await world.ask('PUT', '/resource_classes/CUSTOM_GOLD');
  return { ...world, placement };
}

describe('what a compute writes to Placement', () => {
  it('is what the scheduler reads: providers below it, custom classes and traits', async () => {
    const { tables, select } = await schedulerWorld({ hosts: equalHosts(3) });
    const { ask } = placementApiOn(tables);
    const spec = requestSpec({
      flavor: flavor({ extra_specs: { 'resources_CARD:CUSTOM_CARD': '1', 'trait_CARD:CUSTOM_FAST': 'required' } }),
    });
    const before = await rejected(select({ spec }));

    await ask('PUT', '/resource_classes/CUSTOM_CARD');
    await ask('PUT', '/traits/CUSTOM_FAST');
    await ask('POST', '/resource_providers', { uuid: CARD, name: 'host2_card', parent_provider_uuid: HOST2 });
    const inventories = { CUSTOM_CARD: { total: 2 } };
    await ask('PUT', `/resource_providers/${CARD}/inventories`, { resource_provider_generation: 0, inventories });
    const traits = ['CUSTOM_FAST', 'HW_CPU_X86_AVX2'];
    await ask('PUT', `/resource_providers/${CARD}/traits`, { resource_provider_generation: 1, traits });

    expect(before).toBeInstanceOf(NoValidHost);
    expect(await select({ spec })).toEqual([['host2']]);
  });

  it('begins with the provider that its node’s record made', async () => {
    const { ask } = await node();

    const tree = await ask('GET', `/resource_providers?in_tree=${HOST1}`);
    const made = await ask('POST', '/resource_providers', { uuid: HOST1, name: 'node1' });

    expect(tree.body).toMatchObject({ resource_providers: [{ uuid: HOST1, name: 'node1', generation: 0 }] });
    expect(made.status).toBe(409);
  });

  it('stays when its node’s record is saved again, and limits claims', async () => {
    const { ask, placement } = await node();

    const written = await ask('PUT', `${ON_HOST1}/inventories`, GOLD);
    await placement.saveProvider(provider(1, { runningVms: 3, inventories: { VCPU: inventory(16) } }));

    const read = await ask('GET', `${ON_HOST1}/inventories`);
    const claim = (amount: number): Promise<boolean> =>
      placement.claim(SERVER, allocationRequestText(HOST1, { CUSTOM_GOLD: amount }), OWNER);
    expect([written.status, read.body]).toEqual([200, written.body]);
    expect([await claim(2), await claim(1)]).toEqual([false, true]);
    expect((await ask('GET', `${ON_HOST1}/usages`)).body).toMatchObject({ usages: { VCPU: 0, CUSTOM_GOLD: 1 } });
  });

  it('makes a node that comes later with its record no candidate before, and one then', async () => {
    const { tables, select } = await schedulerWorld({ hosts: equalHosts(1) });
    const { ask } = placementApiOn(tables);
    const placement = new EmbeddedPlacement(tables);

    await ask('POST', '/resource_providers', { uuid: HOST2, name: 'node2' });
    const before = await select({ alternates: true });
    await placement.saveProvider(equalHosts(2)[1] ?? provider(2));

    expect(before).toEqual([['host1']]);
    expect((await ask('GET', `/resource_providers?uuid=${HOST2}`)).body).toMatchObject({
      resource_providers: [{ uuid: HOST2, parent_provider_uuid: null }],
    });
    expect(tables.dump()['placement']?.find(({ uuid }) => uuid === HOST2)).toMatchObject({
      lookup: 'host2',
      retired: false,
    });
  });

  it('is refused where a class goes of which something is claimed', async () => {
    const { ask, placement } = await node();
    await ask('PUT', `${ON_HOST1}/inventories`, GOLD);
    await placement.claim(SERVER, allocationRequestText(HOST1, { CUSTOM_GOLD: 1 }), OWNER);

    const inventories = { VCPU: { total: 4 } };
    const refused = await ask('PUT', `${ON_HOST1}/inventories`, { resource_provider_generation: 1, inventories });
    const shrunk = { ...inventories, CUSTOM_GOLD: { total: 1 } };
    const taken = await ask('PUT', `${ON_HOST1}/inventories`, {
      resource_provider_generation: 1,
      inventories: shrunk,
    });

    expect([refused.status, errorCode(refused.body)]).toEqual([409, 'placement.inventory.inuse']);
    expect(taken.status).toBe(200);
  });

  it.each([
    ['a class that nobody made', 'inventories', { inventories: { CUSTOM_IRON: { total: 1 } } }],
    ['an amount below nothing', 'inventories', { inventories: { VCPU: { total: -1 } } }],
    ['more reserved than there is', 'inventories', { inventories: { VCPU: { total: 1, reserved: 2 } } }],
    ['a trait that nobody made', 'traits', { traits: ['CUSTOM_IRON'] }],
  ])('is refused with 400, and nothing changes: %s', async (_, what, body) => {
    const { ask, tables } = await node();
    const before = tables.dump();

    const refused = await ask('PUT', `${ON_HOST1}/${what}`, { ...body, resource_provider_generation: 0 });

    expect(refused.status).toBe(400);
    expect(tables.dump()).toEqual(before);
  });

  it('is refused by a generation of before, and by each but one of two writers', async () => {
    const { ask } = await node();
    const write = (trait: string) =>
      ask('PUT', `${ON_HOST1}/traits`, { resource_provider_generation: 0, traits: [trait] });

    const both = await Promise.all([write('HW_CPU_X86_AVX'), write('HW_CPU_X86_AVX2')]);
    const late = await write('HW_CPU_X86_SSE');

    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 409]));
    expect([late.status, errorCode(late.body)]).toEqual([409, 'placement.concurrent_update']);
  });

  it('goes with a provider below it, once nothing is claimed there', async () => {
    const { ask, placement } = await node();
    const card = `/resource_providers/${CARD}`;
    await ask('POST', '/resource_providers', { uuid: CARD, name: 'card', parent_provider_uuid: HOST1 });
    await ask('PUT', `${card}/inventories`, { resource_provider_generation: 0, inventories: { VGPU: { total: 1 } } });
    await placement.claim(SERVER, allocationRequestText(CARD, { VGPU: 1 }), OWNER);

    const inUse = await ask('DELETE', card);
    await ask('DELETE', `/allocations/${SERVER}`);
    const removed = await ask('DELETE', card);

    expect([inUse.status, errorCode(inUse.body)]).toEqual([409, 'placement.resource_provider.inuse']);
    expect(removed.status).toBe(204);
    expect((await ask('GET', `/resource_providers?in_tree=${HOST1}`)).body).toMatchObject({
      resource_providers: [{ uuid: HOST1 }],
    });
  });

  it('finds what servers of its host claim on it, and the traits that exist', async () => {
    const { ask, placement, tables } = await node();
    await storedInstance(recordsOn(tables), { uuid: SERVER, host: 'host1' });
    await placement.claim(SERVER, allocationRequestText(HOST1, { VCPU: 1 }), OWNER);

    const claims = await ask('GET', `${ON_HOST1}/allocations`);
    const traits = await ask('GET', '/traits?name=in:HW_CPU_X86_AVX,CUSTOM_IRON');

    expect(fieldOf(claims.body, 'allocations')).toEqual({ [SERVER]: { resources: { VCPU: 1 } } });
    expect(traits.body).toEqual({ traits: ['HW_CPU_X86_AVX'] });
  });
});
