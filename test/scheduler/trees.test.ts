import { PLACEMENT, providerKey } from '#records/keys';
import { NoValidHost } from '#errors';
import type { JsonMap } from '#ports/json';
import type { Tables } from '#ports/tables';
import { textOf } from '#wire/reading';
import { describe, expect, it } from 'vitest';
import { equalHosts } from '../fixtures/fleet.ts';
import { inventory, provider, uuidOf } from '../fixtures/provider.ts';
import { rejected } from '../fixtures/rejected.ts';
import { destinationRequest, flavor, requestSpec, wireObject } from '../fixtures/request-spec.ts';
import { instances, schedulerWorld } from './world.ts';

const [HOST1, HOST2, CARD] = [uuidOf(1), uuidOf(2), uuidOf(21)];
const PLAIN = { VCPU: 1, MEMORY_MB: 512, DISK_GB: 1 };

const asking = (extraSpecs: JsonMap, image: JsonMap = {}) =>
  requestSpec({
    flavor: flavor({ extra_specs: extraSpecs }),
    image: wireObject('ImageMeta', { id: 'image', properties: wireObject('ImageMetaProps', image) }),
  });
const GPU = asking({ 'resources_GPU:VGPU': '1', 'trait_GPU:CUSTOM_FAST': 'required' });

/** Gives host2 a card of two functions, and traits to its own provider. */
async function withCard(tables: Tables): Promise<void> {
  await tables.update(PLACEMENT, providerKey(HOST2), { set: { below: [CARD], traits: ['CUSTOM_GOLD'] } });
  await tables.put(PLACEMENT, {
    ...providerKey(CARD),
    uuid: CARD,
    parent: HOST2,
    inventories: { VGPU: { total: 2, reserved: 0, allocation_ratio: 1 } },
    traits: ['CUSTOM_FAST'],
    'capacity:VGPU': 2,
    'free:VGPU': 2,
  });
}

async function world() {
  const made = await schedulerWorld({ hosts: equalHosts(3) });
  await withCard(made.tables);
  return made;
}

describe('a host of several providers', () => {
  it('takes what is asked of its card from the card, and says so in the selection', async () => {
    const { scheduler, placement } = await world();

    const [list] = await scheduler.selectDestinations(destinationRequest({ spec: GPU }));

    const chosen = list?.[0]?.['nova_object.data'];
    expect(chosen).toMatchObject({ service_host: 'host2', compute_node_uuid: HOST2 });
    expect(JSON.parse(textOf(chosen?.['allocation_request']) ?? '')).toEqual({
      allocations: { [HOST2]: { resources: PLAIN }, [CARD]: { resources: { VGPU: 1 } } },
      mappings: { '': [HOST2], _GPU: [CARD] },
    });
    expect(await placement.allocations('instance-1')).toEqual({ [HOST2]: PLAIN, [CARD]: { VGPU: 1 } });
  });

  it('takes no more than its card has', async () => {
    const { select, tables } = await world();
    const before = tables.dump();

    const error = await rejected(select({ spec: GPU, instanceUuids: instances(3) }));

    expect(error).toBeInstanceOf(NoValidHost);
    expect(tables.dump()).toEqual(before);
  });

  it('is found again by the repeat of a request whose answer was lost', async () => {
    const { scheduler, make } = await world();
    const request = destinationRequest({ spec: GPU, operation: 'op-1' });
    const first = await scheduler.selectDestinations(request);

    const again = await make(2).selectDestinations({ ...request, repeated: true });

    expect(again).toEqual(first);
  });

  it.each([
    ['a required trait', asking({ 'trait:CUSTOM_GOLD': 'required' }), ['host2']],
    ['a trait of the image [ASKED-03]', asking({}, { traits_required: ['CUSTOM_GOLD'] }), ['host2']],
    ['no forbidden trait [ASKED-02]', asking({ 'trait:CUSTOM_GOLD': 'forbidden' }), ['host1', 'host3']],
  ])('is chosen by %s', async (_, spec, hosts) => {
    const { select } = await world();

    const [list] = await select({ spec, alternates: true });

    expect(list?.toSorted()).toEqual(hosts);
  });

  it.each([
    ['a class that no host has', { 'resources:CUSTOM_NOWHERE': '1' }],
    ['a trait that no host has [ASKED-03]', { 'trait:HW_CPU_X86_SGX': 'required' }],
    ['several groups without a policy [ASKED-07]', { 'resources1:VGPU': '1', 'resources2:VGPU': '1' }],
  ])('does not take %s', async (_, extraSpecs) => {
    const { select } = await world();

    const error = await rejected(select({ spec: asking(extraSpecs) }));

    expect(error).toBeInstanceOf(NoValidHost);
  });

  it.each([
    ['dedicated ones from a host that counts such', 'host1', HOST1, { PCPU: 1 }],
    ['others from a host that counts none', 'host2', HOST2, { VCPU: 1 }],
  ])('that is asked for dedicated processors takes %s [ASKED-04]', async (_, host, uuid, processors) => {
    const inventories = { VCPU: inventory(4), PCPU: inventory(4), MEMORY_MB: inventory(1024), DISK_GB: inventory(10) };
    const { select, placement } = await schedulerWorld({ hosts: [provider(1, { inventories }), provider(2)] });
    const spec = requestSpec({
      flavor: flavor({ extra_specs: { 'hw:cpu_policy': 'dedicated' } }),
      force_hosts: [host],
    });

    await select({ spec });

    expect(await placement.allocations('instance-1')).toEqual({
      [uuid]: { ...processors, MEMORY_MB: 512, DISK_GB: 1 },
    });
  });
});
