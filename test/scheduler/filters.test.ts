import { availabilityZoneFilter } from '#scheduler/filters/availability-zone';
import { capacityFilter } from '#scheduler/filters/capacity';
import { computeFilter } from '#scheduler/filters/compute';
import { computeEnabledFilter } from '#scheduler/filters/compute-enabled';
import { disabledCellsFilter } from '#scheduler/filters/disabled-cells';
import { forcedHostsFilter } from '#scheduler/filters/forced-hosts';
import type { HostFilter } from '#scheduler/filters/host-filter';
import { ignoredHostsFilter } from '#scheduler/filters/ignored-hosts';
import { imagePropertiesFilter } from '#scheduler/filters/image-properties';
import { DEFAULT_FILTERS, enabledFilters, hostPasses } from '#scheduler/filters/list';
import { requestedAggregatesFilter } from '#scheduler/filters/requested-aggregates';
import { requestedDestinationFilter } from '#scheduler/filters/requested-destination';
import { serverGroupAffinityFilter } from '#scheduler/filters/server-group-affinity';
import { serverGroupAntiAffinityFilter } from '#scheduler/filters/server-group-anti-affinity';
import type { JsonMap } from '#ports/json';
import type { HostState } from '#scheduler/facts/host-state';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { provider, uuidOf } from '../fixtures/provider.ts';
import { flavor, instanceGroup, wireObject } from '../fixtures/request-spec.ts';
import { filterRequest, host } from './host.ts';

interface Case {
  readonly filter: HostFilter;
  readonly passes: readonly [what: string, host?: Partial<HostState>, spec?: JsonMap, groupHosts?: readonly string[]][];
  readonly fails: readonly [what: string, host?: Partial<HostState>, spec?: JsonMap, groupHosts?: readonly string[]][];
  readonly onRebuild: boolean;
}

const destination = (data: JsonMap): JsonMap => ({ requested_destination: wireObject('Destination', data) });
const cell = (uuid: string): JsonMap => destination({ cell: wireObject('CellMapping', { uuid }) });
const image = (properties: JsonMap): JsonMap => ({
  image: wireObject('ImageMeta', { properties: wireObject('ImageMetaProps', properties) }),
});
const group = (policy: string, changes: JsonMap = {}): JsonMap => ({ instance_group: instanceGroup(policy, changes) });
const extraSpecs = (specs: JsonMap): JsonMap => ({ flavor: flavor({ extra_specs: specs }) });

const CASES: readonly Case[] = [
  {
    filter: computeFilter,
    onRebuild: false,
    passes: [['a service that is up and enabled']],
    fails: [
      ['a service that is down', { service: { up: false, disabled: false } }],
      ['a disabled service', { service: { up: true, disabled: true } }],
      ['a host without a service', { service: undefined }],
    ],
  },
  {
    filter: computeEnabledFilter,
    onRebuild: false,
    passes: [
      ['an enabled service'],
      ['one that is down, which is for the ComputeFilter to say', { service: { up: false, disabled: false } }],
    ],
    fails: [['a disabled service', { service: { up: true, disabled: true } }]],
  },
  {
    filter: capacityFilter,
    onRebuild: false,
    passes: [['exactly enough room', { free: { VCPU: 1, MEMORY_MB: 512, DISK_GB: 1 } }]],
    fails: [
      ['too little memory', { free: { VCPU: 1, MEMORY_MB: 511, DISK_GB: 1 } }],
      ['a class that the host lacks', {}, extraSpecs({ 'resources:CUSTOM_GOLD': '1' })],
      ['a required trait', {}, extraSpecs({ 'trait:GOLD': 'required' })],
      ['a host that refused three times', { refusals: 3 }],
    ],
  },
  {
    filter: availabilityZoneFilter,
    onRebuild: false,
    passes: [['no zone wanted'], ['the zone wanted', { availabilityZone: 'az1' }, { availability_zone: 'az1' }]],
    fails: [['another zone', {}, { availability_zone: 'az1' }]],
  },
  {
    filter: requestedAggregatesFilter,
    onRebuild: false,
    passes: [
      ['one aggregate of each list', { aggregates: ['b', 'c'] }, destination({ aggregates: ['a,b', 'c'] })],
      ['no forbidden aggregate', { aggregates: ['b'] }, destination({ forbidden_aggregates: ['a'] })],
    ],
    fails: [
      ['one list without a match', { aggregates: ['b'] }, destination({ aggregates: ['a,b', 'c'] })],
      ['a forbidden aggregate', { aggregates: ['a'] }, destination({ forbidden_aggregates: ['a'] })],
    ],
  },
  {
    filter: forcedHostsFilter,
    onRebuild: true,
    passes: [
      ['nothing forced'],
      ['the forced host', {}, { force_hosts: ['host1'] }],
      ['the forced node', {}, { force_hosts: ['host1'], force_nodes: ['node1'] }],
    ],
    fails: [
      ['another host', {}, { force_hosts: ['host2'] }],
      ['another node of the host', {}, { force_hosts: ['host1'], force_nodes: ['node2'] }],
    ],
  },
  {
    filter: ignoredHostsFilter,
    onRebuild: true,
    passes: [['another host ignored', {}, { ignore_hosts: ['host2'] }]],
    fails: [['the host ignored', {}, { ignore_hosts: ['host2', 'host1'] }]],
  },
  {
    filter: requestedDestinationFilter,
    onRebuild: true,
    passes: [
      ['no destination'],
      ['the host and any node', {}, destination({ host: 'host1', node: null })],
      ['the cell', {}, cell(uuidOf(900_001))],
    ],
    fails: [
      ['another host', {}, destination({ host: 'host2' })],
      ['another node', {}, destination({ host: 'host1', node: 'node2' })],
      ['another cell', {}, cell('elsewhere')],
    ],
  },
  {
    filter: disabledCellsFilter,
    onRebuild: false,
    passes: [['an enabled cell']],
    fails: [['a disabled cell', { cellDisabled: true }]],
  },
  {
    filter: serverGroupAffinityFilter,
    onRebuild: false,
    passes: [
      ['no group'],
      ['the first member', {}, group('affinity')],
      ['the host of the group', {}, group('affinity'), ['host1']],
      ['another policy', {}, group('soft-affinity'), ['host2']],
    ],
    fails: [['a host without the group', {}, group('affinity'), ['host2']]],
  },
  {
    filter: serverGroupAntiAffinityFilter,
    onRebuild: false,
    passes: [
      ['a host without members', {}, group('anti-affinity')],
      [
        'fewer members than allowed',
        { groupMembers: 1 },
        group('anti-affinity', { _rules: { max_server_per_host: '2' } }),
      ],
      ['another policy', { groupMembers: 1 }, group('soft-anti-affinity')],
    ],
    fails: [
      ['a member there', { groupMembers: 1 }, group('anti-affinity')],
      ['as many as allowed', { groupMembers: 2 }, group('anti-affinity', { _rules: { max_server_per_host: '2' } })],
    ],
  },
  {
    filter: imagePropertiesFilter,
    onRebuild: true,
    passes: [
      ['an image that demands nothing'],
      ['the same on a host that says nothing', { provider: provider(1, { supportedInstances: [] }) }],
      [
        'an architecture that the host has under another name',
        { provider: provider(1, { supportedInstances: [['AMD64', 'kvm', 'hvm']] }) },
        image({ hw_architecture: 'x86_64' }),
      ],
      ['its architecture', {}, image({ hw_architecture: 'x86_64' })],
      ['its architecture under another name', {}, image({ hw_architecture: 'AMD64' })],
      ['all three', {}, image({ hw_architecture: 'x86_64', img_hv_type: 'kvm', hw_vm_mode: 'hvm' })],
    ],
    fails: [
      ['another architecture', {}, image({ hw_architecture: 'unicore32' })],
      ['another hypervisor', {}, image({ img_hv_type: 'xen' })],
      ['another VM mode', {}, image({ hw_architecture: 'x86_64', hw_vm_mode: 'xen' })],
      [
        'all three, but not in one combination',
        {
          provider: provider(1, {
            supportedInstances: [
              ['x86_64', 'kvm', 'hvm'],
              ['i686', 'xen', 'xen'],
            ],
          }),
        },
        image({ hw_architecture: 'x86_64', img_hv_type: 'xen' }),
      ],
    ],
  },
];

describe.each(CASES)('$filter.name', ({ filter, passes, fails, onRebuild }) => {
  it.each(passes)('passes: %s', (_, state, spec, groupHosts) => {
    expect(filter.hostPasses(host(state), filterRequest(spec, groupHosts))).toEqual({ passes: true });
  });

  it.each(fails)('fails: %s', (_, state, spec, groupHosts) => {
    const verdict = filter.hostPasses(host(state), filterRequest(spec, groupHosts));

    expect(verdict).toEqual({ passes: false, reason: expect.stringMatching(/./u) });
  });

  it(`on a rebuild it is ${onRebuild ? '' : 'not '}asked`, () => {
    const [, state, spec, groupHosts] = fails[0] ?? [];
    const rebuild = { ...spec, scheduler_hints: { _nova_check_type: ['rebuild'] } };

    const verdict = hostPasses(host(state), filterRequest(rebuild, groupHosts), enabledFilters(DEFAULT_FILTERS));

    expect(verdict.passes).toBe(!onRebuild);
  });
});

describe('the filters', () => {
  it('have cases here, every one', () => {
    const folder = new URL('../../functions/scheduler/filters/', import.meta.url);

    const names = readdirSync(folder).flatMap((file) =>
      [...readFileSync(new URL(file, folder), 'utf8').matchAll(/: HostFilter = \{\n {2}name: '(\w+)'/gu)].map(
        ([, name = '']) => name,
      ),
    );

    const without = names.filter((name) => !CASES.some(({ filter }) => filter.name === name));

    expect(names.length).toBeGreaterThan(10);
    expect(without, 'add what passes and what fails to CASES').toEqual([]);
  });

  it('of a deployment that names none are these', () => {
    expect(DEFAULT_FILTERS).toEqual([
      'ComputeFilter',
      'AvailabilityZoneFilter',
      'ImagePropertiesFilter',
      'ServerGroupAntiAffinityFilter',
      'ServerGroupAffinityFilter',
    ]);
  });
});

describe('hostPasses', () => {
  it('names what the image demands, and nothing else, of a host that cannot run it', () => {
    const demanding = filterRequest(image({ hw_architecture: 'x86_64', hw_vm_mode: 'xen' }));

    const verdict = hostPasses(host(), demanding, enabledFilters(['ImagePropertiesFilter']));

    expect(verdict).toEqual({ passes: false, reason: 'ImagePropertiesFilter: cannot run x86_64 xen' });
  });

  it('names the filter that refuses', () => {
    const verdict = hostPasses(host({ cellDisabled: true }), filterRequest(), []);

    expect(verdict).toEqual({ passes: false, reason: 'DisabledCellsFilter: the cell is disabled' });
  });

  it('a forced host is asked for room and an enabled service alone', () => {
    const all = enabledFilters(DEFAULT_FILTERS);
    const forced = filterRequest({ force_hosts: ['host1'], availability_zone: 'az1' });

    expect(hostPasses(host({ service: { up: false, disabled: false } }), forced, all).passes).toBe(true);
    expect(hostPasses(host({ service: { up: true, disabled: true } }), forced, all).passes).toBe(false);
    expect(hostPasses(host({ free: {} }), forced, all).passes).toBe(false);
  });

  it('only the enabled filters are asked', () => {
    const down = host({ service: { up: false, disabled: false } });

    expect(hostPasses(down, filterRequest(), enabledFilters([])).passes).toBe(true);
    expect(hostPasses(down, filterRequest(), enabledFilters(['ComputeFilter'])).passes).toBe(false);
  });

  it('a filter that there is none of is refused by name', () => {
    expect(() => enabledFilters(['NumaFilter'])).toThrow('no scheduler filter NumaFilter');
  });
});
