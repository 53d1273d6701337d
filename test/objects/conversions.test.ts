import { describe, expect, test } from 'vitest';
import { BuildRequest, getNewInstance } from '#objects/instance/build-request';
import { CELL0_UUID, cellIdentity, CellMapping, isCell0 } from '#objects/mapping/cell-mapping';
import { Instance } from '#objects/instance/instance';
import {
  autoAllocate,
  isSingleUnspecified,
  networksAsTuples,
  networksFromTuples,
  noAllocate,
} from '#objects/network/network-request';
import { parseCpuSpec } from '#objects/cpu/cpu-spec';
import { NUMATopologyLimits } from '#objects/numa/numa-topology-limits';
import { SchedulerLimits } from '#objects/request-spec/scheduler-limits';
import { sameSelection, Selection, selectionToDict } from '#objects/request-spec/selection';
import { Tag, TagList } from '#objects/instance/tag';

describe('a cell', () => {
  test.each([
    ['c1', 'u(c1)'],
    [null, 'u'],
  ])('REC-03 of name %s is called %s', (name, identity) => {
    expect(cellIdentity(CellMapping.load({ uuid: 'u', name }))).toBe(identity);
  });

  test('cell0 is known by its uuid', () => {
    expect(isCell0(CellMapping.load({ uuid: CELL0_UUID }))).toBe(true);
  });
});

describe('a build request', () => {
  test('REC-08 gives a new instance with all fields but the tags, dirty', () => {
    const asked = Instance.load({
      uuid: 'u',
      host: null,
      metadata: { a: 'b' },
      tags: TagList.load({ objects: [Tag.load({ tag: 't' })] }),
    });

    const instance = getNewInstance(BuildRequest.load({ instance: asked }));

    expect(instance.getChanges()).toEqual({ uuid: 'u', host: null, metadata: { a: 'b' } });
    expect(instance.isSet('tags')).toBe(false);
  });
});

describe('requested networks', () => {
  test('come back from tuples', () => {
    const tuples = [['net', '10.0.0.1', 'port', null, null, null]];

    expect(networksAsTuples(networksFromTuples(tuples))).toEqual(tuples);
  });

  test.each([
    ['none', { none: true, auto: false, unspecified: false }],
    ['auto', { none: false, auto: true, unspecified: false }],
    [null, { none: false, auto: false, unspecified: true }],
  ])('of the single network %s', (network, expected) => {
    const networks = networksFromTuples([[network]]);

    expect({
      none: noAllocate(networks),
      auto: autoAllocate(networks),
      unspecified: isSingleUnspecified(networks),
    }).toEqual(expected);
  });

  test('two entries never mean none', () => {
    expect(noAllocate(networksFromTuples([['none'], ['none']]))).toBe(false);
  });
});

describe('a selection', () => {
  const numa = NUMATopologyLimits.load({ cpu_allocation_ratio: 16 });

  test('reads as a map with a primitive NUMA limit', () => {
    const selection = Selection.load({
      service_host: 'h',
      nodename: 'n',
      limits: SchedulerLimits.load({ numa_topology: numa, vcpu: null, memory_mb: 3 }),
    });

    expect(selectionToDict(selection)).toEqual({
      host: 'h',
      nodename: 'n',
      limits: { numa_topology: numa.toPrimitive(), memory_mb: 3 },
    });
  });

  test('without limits has an empty map of them', () => {
    const selection = Selection.load({ service_host: 'h', nodename: 'n', limits: null });

    expect(selectionToDict(selection).limits).toEqual({});
  });

  test('is compared by content', () => {
    const stored = Selection.load({ service_host: 'h', limits: SchedulerLimits.load({ vcpu: 1 }) });
    const made = Selection.make({ service_host: 'h', limits: SchedulerLimits.make({ vcpu: 1 }) });

    expect(sameSelection(stored, made)).toBe(true);
    expect(sameSelection(stored, made.set('service_host', 'i'))).toBe(false);
  });
});

describe('a CPU list', () => {
  test('has ranges and exceptions', () => {
    expect(parseCpuSpec('8, 0-3,^1')).toEqual([0, 2, 3, 8]);
  });

  test.each(['3-1', 'x', '0-99999', '0-'])('%s is refused', (spec) => {
    expect(() => parseCpuSpec(spec)).toThrow('Invalid CPU');
  });
});
