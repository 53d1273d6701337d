import { describe, expect, it } from 'vitest';
import { metRequests, mustBeMigratable } from '#conductor/pci-requests';
import { pciGroups } from '#request-specs/pci-needs';
import type { JsonMap } from '#ports/json';
import { fieldsOf, listOf } from '#wire/reading';
import { newObject } from '#wire/wire';

const ALIAS = { alias_name: 'a1', request_id: 'r', count: 1 };
const INTEL = { vendor_id: '8086', product_id: '1572' };

const request = (fields: JsonMap) => newObject('InstancePCIRequest', '1.4', fields);
const told = (live_migratable: string) => request({ ...ALIAS, spec: [{ ...INTEL, live_migratable }] });
const requests = (...all: JsonMap[]) => newObject('InstancePCIRequests', '1.1', { requests: all.map(request) });
const specsOf = (met: ReturnType<typeof requests>) =>
  listOf(fieldsOf(met)['requests']).map((each) => fieldsOf(each)['spec']);

describe('what PCI aliases ask of Placement', () => {
  it('is one group for each device, by its vendor and product (PCI-02)', () => {
    const groups = pciGroups([request({ ...ALIAS, count: 2, spec: [INTEL] })]);

    expect(groups.map(({ requesterId }) => requesterId)).toEqual(['r-0', 'r-1']);
    expect(groups[0]?.resources).toEqual({ CUSTOM_PCI_8086_1572: 1 });
  });

  it('goes by the class and the traits that an alias names (PCI-03)', () => {
    const spec = [{ resource_class: 'gpu', traits: 'hbm,custom_fast,HW_CPU_X86_SGX' }];

    const [group] = pciGroups([request({ ...ALIAS, spec })]);

    expect(group?.resources).toEqual({ CUSTOM_GPU: 1 });
    expect(group?.requiredTraits).toEqual(['CUSTOM_HBM', 'CUSTOM_FAST', 'HW_CPU_X86_SGX']);
  });

  it('leaves the requests of ports out (PCI-04)', () => {
    expect(pciGroups([request({ alias_name: null, requester_id: 'g1', spec: [INTEL], count: 1 })])).toEqual([]);
  });

  it('may be met in one way alone (PCI-05)', () => {
    const twice = request({ ...ALIAS, spec: [INTEL, INTEL] });

    expect(() => pciGroups([twice])).toThrow(expect.objectContaining({ name: 'ValueError' }));
  });
});

describe('the PCI devices of a live migration', () => {
  it('of an alias say by which providers they are met (PCI-06)', () => {
    const asked = requests({ ...ALIAS, count: 2, spec: [INTEL] });

    const met = metRequests(asked, { 'r-0': ['A'], 'r-1': ['B'] }, new Map());

    expect(specsOf(met)).toEqual([[{ ...INTEL, rp_uuids: 'A,B' }]]);
  });

  it('of a port say on which interface (BIND-13)', () => {
    const asked = requests({ alias_name: null, requester_id: 'g1', count: 1, spec: [INTEL] });

    const met = metRequests(asked, { g1: ['B'] }, new Map([['B', 'host2:NIC Switch agent:ens1']]));

    expect(specsOf(met)).toEqual([[{ ...INTEL, parent_ifname: 'ens1' }]]);
  });

  it.each([
    ['AmbiguousResourceProviderForPCIRequest', { g1: ['B', 'C'] }, 'host2:NIC Switch agent:ens1'],
    ['UnexpectedResourceProviderNameForPCIRequest', { g1: ['B'] }, 'host2'],
  ])('of a port end it by %s where that cannot be told', (name, mapping, called) => {
    const asked = requests({ alias_name: null, requester_id: 'g1', count: 1, spec: [INTEL] });

    expect(() => metRequests(asked, mapping, new Map([['B', called]]))).toThrow(expect.objectContaining({ name }));
  });

  it('of an alias must say that they can be migrated (BIND-12)', () => {
    const stuckOnes = [told('false'), request({ ...ALIAS, spec: [INTEL] })];

    expect(() => mustBeMigratable([told('true')])).not.toThrow();
    for (const stuck of stuckOnes)
      expect(() => mustBeMigratable([stuck])).toThrow(expect.objectContaining({ name: 'MigrationPreCheckError' }));
  });
});
