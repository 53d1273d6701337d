import { preferences, weights } from '#scheduler/weights/list';
import type { HostState } from '#scheduler/facts/host-state';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instanceGroup } from '../fixtures/request-spec.ts';
import { filterRequest, host } from './host.ts';

const ONLY = (name: string, multipliers = {}) => preferences([`nova.scheduler.weights.${name}`], multipliers);
const of = (changes: readonly Partial<HostState>[]): HostState[] => changes.map((change) => host(change));
const GROUPED = [{ groupMembers: 2 }, { groupMembers: 0 }, { groupMembers: 1 }];
const soft = (policy: string) => filterRequest({ instance_group: instanceGroup(policy) });

describe('weights', () => {
  it.each([
    ['more free memory', 'ram.RAMWeigher', [{ free: { MEMORY_MB: 100 } }, { free: { MEMORY_MB: 300 } }], [0, 1]],
    ['more free VCPU', 'cpu.CPUWeigher', [{ free: { VCPU: 4 } }, { free: { VCPU: 1 } }], [1, 0]],
    ['more free disk', 'disk.DiskWeigher', [{ free: { DISK_GB: 4 } }, { free: { DISK_GB: 1 } }], [1, 0]],
    ['less heavy work', 'io_ops.IoOpsWeigher', [{ ioWorkload: 3 }, { ioWorkload: 1 }], [-1, 0]],
  ])('prefer hosts with %s', (_, name, hosts, expected) => {
    expect(weights(of(hosts), filterRequest(), ONLY(name))).toEqual(expected);
  });

  it('soft affinity prefers hosts with more members, soft anti-affinity those with fewer', () => {
    const affinity = ONLY('affinity.ServerGroupSoftAffinityWeigher');
    const antiAffinity = ONLY('affinity.ServerGroupSoftAntiAffinityWeigher');

    expect(weights(of(GROUPED), soft('soft-affinity'), affinity)).toEqual([1, 0, 0.5]);
    expect(weights(of(GROUPED), soft('soft-anti-affinity'), antiAffinity)).toEqual([0, 1, 0.5]);
    expect(weights(of(GROUPED), soft('anti-affinity'), [...affinity, ...antiAffinity])).toEqual([0, 0, 0]);
  });

  it('are spread over 0 to 1, multiplied and summed', () => {
    const hosts = of([
      { free: { MEMORY_MB: 0, VCPU: 10 } },
      { free: { MEMORY_MB: 50, VCPU: 5 } },
      { free: { MEMORY_MB: 100, VCPU: 0 } },
    ]);
    const chosen = [
      ...ONLY('ram.RAMWeigher', { ram_weight_multiplier: 2 }),
      ...ONLY('cpu.CPUWeigher', { cpu_weight_multiplier: -1 }),
    ];

    expect(weights(hosts, filterRequest(), chosen)).toEqual([-1, 0.5, 2]);
  });

  it('of equal hosts are equal', () => {
    const all = preferences(['nova.scheduler.weights.all_weighers']);

    expect(weights(of([{}, {}, {}]), soft('soft-affinity'), all)).toEqual([0, 0, 0]);
  });

  it('do not depend on the order of the hosts', () => {
    const all = preferences(['nova.scheduler.weights.all_weighers']);
    const free = fc.record({ MEMORY_MB: fc.nat(1000), VCPU: fc.nat(64), DISK_GB: fc.nat(100) });
    fc.assert(
      fc.property(fc.array(free, { minLength: 1, maxLength: 20 }), (amounts) => {
        const hosts = of(amounts.map((each) => ({ free: each })));

        const there = weights(hosts, filterRequest(), all);

        expect(weights(hosts.toReversed(), filterRequest(), all)).toEqual(there.toReversed());
      }),
    );
  });

  it('a weigher that there is none of is refused by name', () => {
    expect(() => preferences(['nova.scheduler.weights.pci.PCIWeigher'])).toThrow('no weigher nova.scheduler');
  });
});
