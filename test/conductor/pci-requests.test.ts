import { describe, expect, it } from 'vitest';
import { isOfAlias, metRequests, mustBeMigratable, pciRequestsOf, providersOfPorts } from '#conductor/pci-requests';
import type { JsonMap } from '#ports/json';
import { fieldsOf, listOf } from '#wire/reading';
import { newObject } from '#wire/wire';

const ALIAS = { alias_name: 'a1', request_id: 'r', count: 1 };
const INTEL = { vendor_id: '8086', product_id: '1572' };

const request = (fields: JsonMap) => newObject('InstancePCIRequest', '1.4', fields);
const withMigratable = (live_migratable: string) => request({ ...ALIAS, spec: [{ ...INTEL, live_migratable }] });
const requests = (...all: JsonMap[]) => newObject('InstancePCIRequests', '1.1', { requests: all.map(request) });
const specsOf = (met: ReturnType<typeof requests>) =>
  listOf(fieldsOf(met)['requests']).map((each) => fieldsOf(each)['spec']);

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
    ['UnexpectedResourceProviderNameForPCIRequest', { g1: ['B'] }, 'host2:NIC Switch agent'],
    ['UnexpectedResourceProviderNameForPCIRequest', { g1: ['B'] }, 'host2:NIC Switch agent:ens1:more'],
    ['UnexpectedResourceProviderNameForPCIRequest', { g1: ['unnamed'] }, 'host2:NIC Switch agent:ens1'],
  ])('of a port end it by %s where that is not known', (name, mapping, called) => {
    const asked = requests({ alias_name: null, requester_id: 'g1', count: 1, spec: [INTEL] });

    const meet = () => metRequests(asked, mapping, new Map([['B', called]]));

    expect(meet).toThrow(expect.objectContaining({ name }));
    expect(meet).toThrow('g1');
  });

  it('of an alias or a port that no provider is named for are asked for as before', () => {
    const asked = requests(
      { ...ALIAS, request_id: 'x', spec: [INTEL] },
      { alias_name: null, requester_id: 'g9', count: 1, spec: [INTEL] },
      { alias_name: null, requester_id: null, count: 1, spec: [INTEL] },
    );

    expect(metRequests(asked, { 'r-0': ['A'], g1: ['B'] }, new Map())).toEqual(asked);
  });

  it('keep all else that was asked for', () => {
    const asked = requests({ ...ALIAS, spec: [INTEL, { vendor_id: '10de' }] });
    const marked = { ...asked, 'nova_object.data': { ...asked['nova_object.data'], instance_uuid: 'u' } };

    const met = metRequests(marked, { 'r-0': ['A'] }, new Map());

    expect(met).toMatchObject({ 'nova_object.name': 'InstancePCIRequests' });
    expect(fieldsOf(met)).toMatchObject({ instance_uuid: 'u' });
    expect(fieldsOf(listOf(fieldsOf(met)['requests'])[0])).toEqual({
      ...ALIAS,
      spec: [
        { ...INTEL, rp_uuids: 'A' },
        { vendor_id: '10de', rp_uuids: 'A' },
      ],
    });
  });

  it('of ports are met by the providers of their groups, those of aliases aside', () => {
    const ofPort = (requester_id: string | null) => request({ alias_name: null, requester_id, count: 1, spec: [] });
    const all = [ofPort('g1'), ofPort('g2'), ofPort(null), request({ ...ALIAS, requester_id: 'g3', spec: [] })];

    expect(all.map(isOfAlias)).toEqual([false, false, false, true]);
    expect(providersOfPorts(all, { g1: ['A', 'B'], g3: ['C'], '': ['D'] })).toEqual(['A', 'B', 'D']);
  });

  it('are none of a server without requests', () => {
    expect([undefined, null].flatMap(pciRequestsOf)).toEqual([]);
  });

  it('of an alias must say that they can be migrated (BIND-12)', () => {
    const [yes, no] = [{ live_migratable: 'TRUE' }, { live_migratable: 'untrue' }];
    const stuckOnes = [
      withMigratable('false'),
      ...[[INTEL], [yes, no], [no], [{ live_migratable: 'truest' }]].map((spec) => request({ ...ALIAS, spec })),
    ];
    const ofPort = request({ alias_name: null, requester_id: 'g1', count: 1, spec: [INTEL] });

    expect(() => mustBeMigratable([withMigratable('true'), request({ ...ALIAS, spec: [yes] }), ofPort])).not.toThrow();
    for (const stuck of stuckOnes) {
      expect(() => mustBeMigratable([withMigratable('true'), stuck])).toThrow(
        expect.objectContaining({ name: 'MigrationPreCheckError', message: expect.stringContaining('a1') }),
      );
    }
  });
});
