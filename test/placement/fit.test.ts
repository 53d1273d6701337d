import { fit, type TreeProvider } from '#placement/fit';
import type { RequestedGroup, ResourceRequest } from '#ports/placement';
import { describe, expect, it } from 'vitest';
import { inventory } from '../fixtures/provider.ts';

const node = (
  uuid: string,
  parent: string | null,
  amounts: Readonly<Record<string, number>>,
  traits: readonly string[] = [],
): TreeProvider => ({
  uuid,
  parent,
  inventories: Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, inventory(amount)])),
  free: amounts,
  traits,
});
const group = (resources: Readonly<Record<string, number>>, traits: Partial<RequestedGroup> = {}): RequestedGroup => ({
  resources,
  requiredTraits: [],
  forbiddenTraits: [],
  ...traits,
});
const request = (
  groups: Readonly<Record<string, RequestedGroup>>,
  changes: Partial<ResourceRequest> = {},
): ResourceRequest => ({
  groups: new Map(Object.entries(groups)),
  groupPolicy: 'none',
  rootRequired: [],
  rootForbidden: [],
  sameSubtree: [],
  ...changes,
});

/** A host with two cards of two functions each, an agent with two networks, and a disk of its own. */
const HOST = [
  node('host', null, { VCPU: 8, MEMORY_MB: 4096 }, ['COMPUTE_NODE']),
  node('card1', 'host', { VGPU: 2 }, ['CUSTOM_FAST']),
  node('card2', 'host', { VGPU: 2 }, ['CUSTOM_SLOW']),
  node('agent', 'host', { PPS: 1000 }, ['NORMAL']),
  node('net1', 'agent', { BANDWIDTH: 1000 }, ['PHYSNET1']),
  node('net2', 'agent', { BANDWIDTH: 1000 }, ['PHYSNET2']),
  node('other', 'host', { BANDWIDTH: 1000 }, ['PHYSNET2']),
];
const SERVER = group({ VCPU: 1, MEMORY_MB: 512 });

describe('a tree of providers', () => {
  it('meets the unsuffixed group by its root, and each suffixed group by one provider', () => {
    const found = fit(HOST, request({ '': SERVER, _gpu: group({ VGPU: 2 }), p1: group({ BANDWIDTH: 500 }) }));

    expect(found).toEqual({
      fits: true,
      fitting: {
        allocations: { host: { VCPU: 1, MEMORY_MB: 512 }, card1: { VGPU: 2 }, net1: { BANDWIDTH: 500 } },
        mappings: { '': ['host'], _gpu: ['card1'], p1: ['net1'] },
      },
    });
  });

  it.each(['constructor', '__proto__', 'toString'])('meets a group whose suffix is %s like any other', (suffix) => {
    const groups = new Map([['', SERVER] as const, [suffix, group({ VGPU: 1 })] as const]);

    const found = fit(HOST, { ...request({}), groups });

    expect(found.fits && Object.entries(found.fitting.mappings)).toEqual([
      ['', ['host']],
      [suffix, ['card1']],
    ]);
  });

  it('meets classes of the unsuffixed group by different providers', () => {
    const found = fit(HOST, request({ '': group({ VCPU: 1, VGPU: 1 }) }));

    expect(found).toMatchObject({ fitting: { mappings: { '': ['host', 'card1'] } } });
  });

  it.each([
    ['a required trait [ASKED-02]', { _g: group({ VGPU: 1 }, { requiredTraits: ['CUSTOM_SLOW'] }) }, 'card2'],
    ['no forbidden one', { _g: group({ VGPU: 1 }, { forbiddenTraits: ['CUSTOM_FAST'] }) }, 'card2'],
  ])('meets a group by a provider with %s', (_, groups, provider) => {
    const found = fit(HOST, request(groups));

    expect(found).toMatchObject({ fitting: { mappings: { _g: [provider] } } });
  });

  it('meets two groups by one provider, and by two of them where they are to be isolated', () => {
    const groups = { _1: group({ VGPU: 1 }), _2: group({ VGPU: 1 }) };

    const [together, apart] = [fit(HOST, request(groups)), fit(HOST, request(groups, { groupPolicy: 'isolate' }))];

    expect(together).toMatchObject({ fitting: { allocations: { card1: { VGPU: 2 } } } });
    expect(apart).toMatchObject({ fitting: { mappings: { _1: ['card1'], _2: ['card2'] } } });
  });

  it('looks further where a first choice leaves no room for the next group', () => {
    const found = fit(HOST, request({ _1: group({ VGPU: 1 }), _2: group({ VGPU: 2 }), _3: group({ VGPU: 1 }) }));

    expect(found).toMatchObject({ fitting: { mappings: { _1: ['card1'], _2: ['card2'], _3: ['card1'] } } });
  });

  it('meets groups of one subtree below one of the providers that meet them', () => {
    const groups = { p: group({ PPS: 1 }), b: group({ BANDWIDTH: 1 }, { requiredTraits: ['PHYSNET2'] }) };
    const apart = { c: group({ VGPU: 1 }), b: group({ BANDWIDTH: 1 }) };

    const [below, nowhere] = [
      fit(
        HOST.toReversed().toSorted((left, right) => Number(right.uuid === 'host') - Number(left.uuid === 'host')),
        request(groups, { sameSubtree: [['p', 'b']] }),
      ),
      fit(HOST, request(apart, { sameSubtree: [['c', 'b']] })),
    ];

    expect(below).toMatchObject({ fitting: { mappings: { p: ['agent'], b: ['net2'] } } });
    expect(nowhere).toMatchObject({ fits: false });
  });

  it('maps no group of traits alone, and looks at its provider all the same', () => {
    const traits = group({}, { requiredTraits: ['NORMAL'] });

    const found = fit(HOST, request({ a: traits, b: group({ BANDWIDTH: 1 }) }, { sameSubtree: [['a', 'b']] }));

    expect(found).toMatchObject({ fitting: { mappings: { b: ['net1'] } } });
  });
});

describe('a tree that does not meet a request says why', () => {
  it.each([
    ['room', request({ '': group({ VCPU: 9 }) }), 'not enough VCPU'],
    ['a class', request({ _g: group({ CUSTOM_GOLD: 1 }) }), 'not enough CUSTOM_GOLD for group _g'],
    ['a trait', request({ '': group({ VCPU: 1 }, { requiredTraits: ['GOLD'] }) }), 'trait GOLD is not offered'],
    [
      'a trait where the resources are',
      request({ '': group({ VCPU: 1 }, { requiredTraits: ['CUSTOM_FAST'] }) }),
      'no choice of providers meets all groups together',
    ],
    [
      'a trait of a group',
      request({ _g: group({ VGPU: 1 }, { requiredTraits: ['GOLD'] }) }),
      'trait GOLD is not offered for group _g',
    ],
    [
      'room for groups together',
      request({ _1: group({ VGPU: 2 }), _2: group({ VGPU: 2 }), _3: group({ VGPU: 1 }) }),
      'no choice of providers meets all groups together',
    ],
    ['a trait of the root', request({ '': SERVER }, { rootRequired: ['GOLD'] }), 'the root has no trait GOLD'],
    [
      'a root without a trait',
      request({ '': SERVER }, { rootForbidden: ['COMPUTE_NODE'] }),
      'the root has the trait COMPUTE_NODE',
    ],
    [
      'a policy [ASKED-07]',
      request({ _1: group({ VGPU: 1 }), _2: group({ VGPU: 1 }) }, { groupPolicy: undefined }),
      'several groups, and no group_policy',
    ],
    [
      'a trait that is forbidden',
      request({ '': group({ VCPU: 1 }, { forbiddenTraits: ['COMPUTE_NODE'] }) }),
      'the traits !COMPUTE_NODE are not met',
    ],
  ])('for want of %s', (_, asked, reason) => {
    expect(fit(HOST, asked)).toEqual({ fits: false, reason });
  });
});
