import { describe, expect, it } from 'vitest';
import { needsOfInstance } from '#request-specs/needs-of-instance';
import { pciGroups } from '#request-specs/pci-needs';
import { DEFAULTS } from '#ports/configuration';
import type { JsonMap } from '#ports/json';
import { fieldsOf, listOf } from '#wire/reading';
import { newObject } from '#wire/wire';
import { CONTEXT } from '../fixtures/records.ts';

const ALIAS = { alias_name: 'a1', request_id: 'r', count: 1 };
const INTEL = { vendor_id: '8086', product_id: '1572' };

const request = (fields: JsonMap) => newObject('InstancePCIRequest', '1.4', fields);

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

  it.each([
    [true, [{ requester_id: 'r-0', resources: { CUSTOM_PCI_8086_1572: 1 } }]],
    [false, undefined],
  ])('is asked with a move of its server where pciInPlacement is %s', async (pciInPlacement, asked) => {
    const all = newObject('InstancePCIRequests', '1.1', { requests: [request({ ...ALIAS, spec: [INTEL] })] });
    const spec = newObject('RequestSpec', '1.14', { pci_requests: all });
    const services = { config: { ...DEFAULTS, pciInPlacement } };
    const item = { pk: 'instance#u', sk: 'instance', uuid: 'u' };

    const needs = await needsOfInstance(services, { context: CONTEXT, item, spec, devices: false });

    const groups = needs['requested_resources'] && listOf(needs['requested_resources']).map(fieldsOf);
    expect(groups).toEqual(asked?.map((group) => expect.objectContaining(group)));
  });

  it('may be met in one way alone (PCI-05)', () => {
    const twice = request({ ...ALIAS, spec: [INTEL, INTEL] });

    expect(() => pciGroups([twice])).toThrow(expect.objectContaining({ name: 'ValueError' }));
  });
});
