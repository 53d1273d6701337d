import { describe, expect, test } from 'vitest';
import {
  boundInterfaces,
  mappingOfSpec,
  migratedInterfaces,
  mustBeCached,
  providerMapping,
  wantedBindings,
  withBindings,
} from '#conductor/port-bindings';
import type { JsonMap } from '#ports/json';
import type { PortNeeds } from '#ports/network-ports';
import { fieldsOf, listOf } from '#wire/reading';
import { newObject } from '#wire/wire';

const group = (requesterId: string, portId: string) => ({ portId, requesterId, resources: {}, requiredTraits: [] });
const NO_NEEDS: PortNeeds = { groups: [], sameSubtree: [], grouped: false };
const migrateData = (vifs?: object[]) =>
  newObject('LibvirtLiveMigrateData', '1.10', vifs === undefined ? {} : { vifs: JSON.parse(JSON.stringify(vifs)) });
const vif = (port_id: string, profile_json = '{}') => newObject('VIFMigrateData', '1.0', { port_id, profile_json });

describe('the providers that meet groups', () => {
  test.each([
    ['those of the claim', '{"mappings": {"g1": ["A", 5], "": ["host"]}}', { g1: ['A'], '': ['host'] }],
    ['none where nothing was claimed', null, {}],
    ['none where the claim cannot be read', '{', {}],
    ['none where the claim maps nothing', '{"allocations": {}}', {}],
  ])('of a selection are %s', (_title, allocation_request, mapping) => {
    expect(providerMapping(newObject('Selection', '1.1', { allocation_request }))).toEqual(mapping);
  });

  test('of a spec are those that its groups name', () => {
    const groups = [
      newObject('RequestGroup', '1.3', { requester_id: 'g1', provider_uuids: ['A'] }),
      newObject('RequestGroup', '1.3', { requester_id: null, provider_uuids: ['B'] }),
    ];

    expect(mappingOfSpec(newObject('RequestSpec', '1.14', { requested_resources: groups }))).toEqual({
      g1: ['A'],
      '': ['B'],
    });
    expect(mappingOfSpec(null)).toEqual({});
  });
});

const checking = (ports: string[], cached: JsonMap[]) => () =>
  mustBeCached(
    ports.map((port) => vif(port)),
    cached,
  );

describe('the interfaces of a live migration', () => {
  const cached = [{ id: 'port1', type: 'ovs' }, { type: 'tap' }];

  test('are those that the destination answered, none among them', () => {
    expect(migratedInterfaces(migrateData([vif('port2')]), cached)).toEqual([vif('port2')]);
    expect(migratedInterfaces(migrateData([]), cached)).toEqual([]);
  });

  test.each([[migrateData()], [newObject('LibvirtLiveMigrateData', '1.10', { vifs: null })]])(
    'are those of the cache, in the words of computes, where it answered none',
    (answer) => {
      expect(migratedInterfaces(answer, cached)).toMatchObject([
        newObject('VIFMigrateData', '1.0', { port_id: 'port1', source_vif: '{"id": "port1", "type": "ovs"}' }),
        newObject('VIFMigrateData', '1.0', { port_id: null, source_vif: '{"type": "tap"}' }),
      ]);
    },
  );

  test('must be known to the cache, every one', () => {
    expect(checking(['port1'], cached)).not.toThrow();
    expect(checking(['port1', 'port9'], cached)).toThrow(expect.objectContaining({ name: 'MigrationPreCheckError' }));
    expect(checking(['port9'], cached)).toThrow('port9');
  });
});

describe('how a port is to be bound on the destination', () => {
  const cached = [{ id: 'port1', vnic_type: 'direct', profile: { own: 1 } }];
  const bind = (vifs: object[], needs = NO_NEEDS, mapping = {}) =>
    wantedBindings(cached, migratedInterfaces(migrateData(vifs), []), needs, mapping);

  test.each([
    ['the profile that the destination filled', [vif('port1', '{"filled": 2}')], { filled: 2 }],
    ['the profile that it has where the destination filled none', [vif('port1', '{}')], { own: 1 }],
    ['the profile that it has where that of the destination cannot be read', [vif('port1', '{')], { own: 1 }],
    ['the profile that it has where the destination knows other ports', [vif('port2', '{"x": 1}')], { own: 1 }],
  ])('is described by %s', (_title, vifs, profile) => {
    expect(bind(vifs)).toEqual([{ portId: 'port1', vnicType: 'direct', profile }]);
  });

  test('is normal, without a profile, where the cache says nothing', () => {
    expect(wantedBindings([{}, { id: 'port3' }], [], NO_NEEDS, {})).toEqual([
      { portId: '', vnicType: 'normal', profile: {} },
      { portId: 'port3', vnicType: 'normal', profile: {} },
    ]);
  });

  test.each([
    ['the provider of its one group', false, ['port1'], { port1: ['A'] }, 'A'],
    ['the provider of each of its groups', true, ['g1', 'g2'], { g1: ['A'], g2: ['B', 'C'] }, { g1: 'A', g2: 'B' }],
    ['no group that nobody meets', true, ['g1', 'g2'], { g2: ['B'] }, { g2: 'B' }],
  ])('names %s beside the profile', (_title, grouped, ids, mapping, allocation) => {
    const needs = { ...NO_NEEDS, grouped, groups: [...ids.map((id) => group(id, 'port1')), group('other', 'port2')] };

    const [wanted] = bind([vif('port1', '{"filled": 2}')], needs, { ...mapping, other: ['Z'] });

    expect(wanted?.profile).toEqual({ filled: 2, allocation });
  });

  test('names no provider where nobody meets its needs', () => {
    const needs = { ...NO_NEEDS, groups: [group('port1', 'port1')] };

    expect(bind([vif('port1', '{"filled": 2}')], needs, {})[0]?.profile).toStrictEqual({ filled: 2 });
  });
});

test('a destination’s answer holds how each port is bound there, and no more of the others', () => {
  const bound = boundInterfaces(
    new Map([
      [
        'port1',
        {
          host: 'host2',
          status: 'INACTIVE',
          vnicType: 'direct',
          vifType: 'ovs',
          vifDetails: { port_filter: true },
          profile: { a: 1 },
        },
      ],
    ]),
  );

  const result = withBindings(
    migrateData([vif('port1'), vif('port2'), newObject('VIFMigrateData', '1.0', {})]),
    [],
    bound,
  );

  expect(listOf(fieldsOf(result)['vifs']).map((each) => fieldsOf(each))).toEqual([
    {
      port_id: 'port1',
      profile_json: '{"a": 1}',
      vnic_type: 'direct',
      vif_type: 'ovs',
      vif_details_json: '{"port_filter": true}',
    },
    { port_id: 'port2', profile_json: '{}' },
    {},
  ]);
});
