import { describe, expect, it } from 'vitest';
import { memoryClaimMarks } from '#adapters/memory/claim-marks';
import { OpenStackPlacement } from '#adapters/openstack/placement';
import { candidatesPath } from '#adapters/openstack/placement-candidates';
import type { CandidateQuery } from '#ports/allocation-candidates';
import type { RequestedGroup, ResourceRequest, Resources } from '#ports/placement';
import { recordedClient } from '../../fixtures/recorded-client.ts';
import type { Json } from '#ports/json';
import { exchangesOf, type RecordedExchange } from '../../fixtures/endpoints/recorded-exchanges.ts';

const group = (resources: Resources, requiredTraits: readonly string[] = [], forbidden: readonly string[] = []) => ({
  resources,
  requiredTraits,
  forbiddenTraits: forbidden,
});
const asking = (
  groups: Readonly<Record<string, RequestedGroup>>,
  changes: Partial<ResourceRequest> = {},
  rest: Partial<CandidateQuery> = {},
): CandidateQuery => ({
  request: {
    groups: new Map(Object.entries(groups)),
    groupPolicy: 'none',
    rootRequired: [],
    rootForbidden: [],
    sameSubtree: [],
    ...changes,
  },
  limit: 1000,
  aggregates: [],
  forbiddenAggregates: [],
  ...rest,
});
const SERVER = group({ VCPU: 1, MEMORY_MB: 512, DISK_GB: 1 });
const SMALL = group({ VCPU: 1, MEMORY_MB: 512 });
const ENABLED = { rootForbidden: ['COMPUTE_STATUS_DISABLED'] };
const BANDWIDTH = { NET_BW_EGR_KILOBIT_PER_SEC: 1000, NET_BW_IGR_KILOBIT_PER_SEC: 1000 };
const BY_PORT = '0e363753-5704-564b-b258-746ba3e01899';
const AGGREGATE = 'c5d79b4d-fa63-5be5-9ca2-90c98bc9a220';

const start = async (name: string) => {
  const { client, clock, log, lines, finish } = await recordedClient(
    'placement',
    exchangesOf('placement-candidates', name),
  );
  const placement = new OpenStackPlacement({ client, clock, log, marks: memoryClaimMarks(), random: () => 0.5 });
  return { placement, lines, finish };
};

const FOUND: readonly (readonly [string, string, CandidateQuery, number])[] = [
  ['of a plain server', 'candidates-plain', asking({ '': SERVER }, ENABLED), 2],
  [
    'of a port with bandwidth [PLACE-19]',
    'candidates-port-bandwidth',
    asking(
      { '': SERVER, [BY_PORT]: group(BANDWIDTH, ['CUSTOM_VNIC_TYPE_NORMAL', 'CUSTOM_PHYSNET_PHYSNET0']) },
      ENABLED,
    ),
    1,
  ],
  [
    'of a device profile',
    'candidates-device-profile',
    asking({ '': SERVER, device_profile_0: group({ CUSTOM_ACCELERATOR_FPGA: 1 }, ['CUSTOM_FPGA_A']) }),
    1,
  ],
  ['in an aggregate', 'candidates-in-aggregate', asking({ '': SMALL }, {}, { aggregates: [[AGGREGATE]] }), 1],
  [
    'outside of an aggregate',
    'candidates-not-in-aggregate',
    asking({ '': SMALL }, {}, { forbiddenAggregates: [AGGREGATE] }),
    1,
  ],
  [
    'in one tree [ASKED-08]',
    'candidates-in-tree',
    asking({ '': SMALL }, {}, { inTree: '9e597aba-2c79-540f-b357-eca23fb73cd1' }),
    1,
  ],
  ['there are none of [PLACE-21]', 'candidates-none', asking({ '': group({ VCPU: 64 }) }), 0],
];

describe('candidates as Placement was recorded', () => {
  it.each(FOUND)('%s', async (_, name, query, least) => {
    const { placement, finish } = await start(name);

    const { candidates, free } = await placement.candidates(query);

    expect(await finish()).toEqual([]);
    expect(candidates.length).toBeGreaterThanOrEqual(least);
    expect(least > 0 || candidates.length === 0).toBe(true);
    for (const { root, allocations, mappings } of candidates) {
      expect(free.has(root)).toBe(true);
      expect(Object.keys(mappings).toSorted()).toEqual([...query.request.groups.keys()].toSorted());
      for (const provider of Object.keys(allocations)) expect(free.has(provider)).toBe(true);
    }
  });

  it('belong to the tree of the host, not to the provider that it shares', async () => {
    const { placement, finish } = await start('candidates-shared-disk');

    const { candidates } = await placement.candidates(asking({ '': group({ VCPU: 1, MEMORY_MB: 512, DISK_GB: 200 }) }));

    expect(await finish()).toEqual([]);
    expect(candidates.length).toBeGreaterThan(0);
    for (const { root, allocations } of candidates) expect(allocations[root]).toMatchObject({ VCPU: 1 });
  });

  it.each([
    ['an unknown class', 'candidates-unknown-class', asking({ '': group({ CUSTOM_NOPE: 1 }) }, {}, {})],
    ['an unknown trait', 'candidates-unknown-trait', asking({ '': group({ VCPU: 1 }, ['CUSTOM_NOPE']) })],
    [
      'several groups without a policy [ASKED-07]',
      'candidates-missing-group-policy',
      asking(
        { [BY_PORT]: group({ VCPU: 1 }), '45ae41bd-a56c-5ede-a8ec-3241a4367a36': group({ VCPU: 1 }) },
        { groupPolicy: undefined },
      ),
    ],
  ])('are none, with a line in the log, where Placement refuses %s [PLACE-22]', async (_, name, query) => {
    const { limit: _limit, ...unlimited } = query;
    const { placement, lines, finish } = await start(name);

    const { candidates } = await placement.candidates(unlimited);

    expect(await finish()).toEqual([]);
    expect(candidates).toEqual([]);
    expect(lines.filter((line) => line.startsWith('error Placement refused to look for candidates'))).toHaveLength(1);
  });
});

describe('the question', () => {
  it('has its parameters in the order of their names, traits required before those forbidden', () => {
    const { limit: _limit, ...query } = asking(
      { '': group({ VCPU: 1, DISK_GB: 2 }, ['B', 'A'], ['C']), _x: group({ VGPU: 1 }) },
      {
        rootRequired: ['OWNER_NOVA'],
        rootForbidden: ['COMPUTE_STATUS_DISABLED'],
        groupPolicy: 'isolate',
        sameSubtree: [['_y', '_x']],
      },
      { aggregates: [['b', 'a'], ['c']], forbiddenAggregates: ['d'] },
    );

    const parameters = [...new URLSearchParams(candidatesPath(query).split('?')[1])];

    expect(parameters.map((each) => each.join('='))).toEqual([
      'group_policy=isolate',
      'member_of=!in:d',
      'member_of=in:a,b',
      'member_of=in:c',
      'required=A,B,!C',
      'resources=DISK_GB:2,VCPU:1',
      'resources_x=VGPU:1',
      'root_required=OWNER_NOVA,!COMPUTE_STATUS_DISABLED',
      'same_subtree=_x,_y',
    ]);
  });

  it('names no policy where no group has a suffix', () => {
    expect(candidatesPath(asking({ '': SMALL }))).toBe(
      '/allocation_candidates?limit=1000&resources=MEMORY_MB%3A512%2CVCPU%3A1',
    );
  });
});

const read = (path: string, microversion: string | null, response: Json): RecordedExchange => {
  return { case: 'claims', caller: 'test', method: 'GET', path, microversion, body: null, status: 200, response };
};
const held = (amounts: Resources): Json => ({ allocations: { server: { resources: { ...amounts } } } });

describe('what is held on a node', () => {
  it('is what its provider and those below it hold, by consumer', async () => {
    const tree = { resource_providers: [{ uuid: 'node' }, { uuid: 'card' }] };
    const { client, clock, log, finish } = await recordedClient('placement', [
      read('/resource_providers?in_tree=node', '1.14', tree),
      read('/resource_providers/node/allocations', null, held({ VCPU: 1 })),
      read('/resource_providers/card/allocations', null, held({ VGPU: 1 })),
    ]);
    const placement = new OpenStackPlacement({ client, clock, log, marks: memoryClaimMarks(), random: () => 0 });

    const claims = await placement.claimsOn('node');

    expect(await finish()).toEqual([]);
    expect([...claims]).toEqual([['server', { node: { VCPU: 1 }, card: { VGPU: 1 } }]]);
  });
});
