import { parseExtraSpecs } from '#placement/extra-specs';
import { mergeResources, resourcesFromRequestSpec, sumOfGroups } from '#placement/resources';
import type { JsonMap } from '#ports/json';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const FLAVOR = { vcpus: 1, memory_mb: 1024, root_gb: 10, ephemeral_gb: 5, swap: 1024, extra_specs: {} };

/** What all groups of a request ask of one host together, as the scheduler counts it. */
const asked = (flavor: JsonMap, volumeBacked: boolean) => sumOfGroups(resourcesFromRequestSpec(flavor, volumeBacked));

describe('the resources of a flavor', () => {
  it('RES-01 a plain flavor asks for its VCPU, memory and disk', () => {
    expect(asked(FLAVOR, false)).toEqual({ VCPU: 1, MEMORY_MB: 1024, DISK_GB: 16 });
  });

  it('RES-02 a volume backed server asks for no root disk', () => {
    expect(asked(FLAVOR, true)).toMatchObject({ DISK_GB: 6 });
  });

  it('RES-03 extra specs replace classes of the flavor and are summed over groups', () => {
    const extraSpecs = {
      'resources:VCPU': '2',
      'resources42:SRIOV_NET_VF': '1',
      'resources24:SRIOV_NET_VF': '2',
      'resources:CUSTOM_THING': '123',
      'resources86:MEMORY_MB': '0',
      'resources:CUSTOM_FOO': '0',
    };

    const resources = asked({ ...FLAVOR, extra_specs: extraSpecs }, false);

    expect(resources).toEqual({ VCPU: 2, DISK_GB: 16, CUSTOM_THING: 123, SRIOV_NET_VF: 3 });
  });

  it('RES-04 swap is rounded up to whole gigabytes', () => {
    expect(asked({ ...FLAVOR, swap: 1, root_gb: 1, ephemeral_gb: 0 }, false)).toMatchObject({
      DISK_GB: 2,
    });
  });
});

describe('resourcesFromRequestSpec', () => {
  it('RES-05 a flavor without disk asks for no DISK_GB', () => {
    const groups = resourcesFromRequestSpec({ ...FLAVOR, root_gb: 0, ephemeral_gb: 0, swap: 0 }, false);

    expect(groups.get('')?.resources).toEqual({ VCPU: 1, MEMORY_MB: 1024 });
  });

  it('RES-06 numbered groups stay apart with their traits', () => {
    const extraSpecs = {
      'resources1:VGPU': '1',
      'resources3:VCPU': '2',
      trait3: 'ignored',
      'trait3:GOLD': 'required',
      'resources86:MEMORY_MB': '0',
    };

    const groups = resourcesFromRequestSpec({ ...FLAVOR, extra_specs: extraSpecs }, false);

    expect(Object.fromEntries(groups)).toEqual({
      '': { resources: { DISK_GB: 16 }, requiredTraits: [] },
      '1': { resources: { VGPU: 1 }, requiredTraits: [] },
      '3': { resources: { VCPU: 2 }, requiredTraits: ['GOLD'] },
    });
  });
});

describe('parseExtraSpecs', () => {
  it('RES-07 bad entries are skipped, those that were meant as a request with a warning', () => {
    const { groups, warnings } = parseExtraSpecs({
      'resources86:CUTSOM_X': '1',
      'resources:VCPU': 'seven',
      'resources1:CUSTOM_N': '-7',
      'trait1:GOLD': 'preferred',
      'resources_5:VCPU': '1',
      nocolons: '1',
    });

    expect(groups.size).toBe(0);
    expect(warnings).toHaveLength(4);
  });

  it.each(['resources0:VCPU', 'resources01:VCPU', 'Resources:VCPU', 'resources:', 'hw:cpu_policy'])(
    'the key %s asks for nothing',
    (key) => {
      expect(parseExtraSpecs({ [key]: '1' }).groups.size).toBe(0);
    },
  );
});

describe('mergeResources', () => {
  it('RES-08 merges and takes away again', () => {
    const original = { VCPU: 1, MEMORY_MB: 1024 };
    const more = { VCPU: 2, MEMORY_MB: 2048, CUSTOM_FOO: 1 };

    const merged = mergeResources(original, more);

    expect(merged).toEqual({ VCPU: 3, MEMORY_MB: 3072, CUSTOM_FOO: 1 });
    expect(mergeResources(merged, original, -1)).toEqual(more);
  });

  it('RES-09 an amount that becomes 0 is left out', () => {
    expect(mergeResources({ DISK_GB: 1 }, { DISK_GB: 1 }, -1)).toEqual({});
  });

  it('taking away what was added leaves what was there', () => {
    const amounts = fc.dictionary(fc.constantFrom('VCPU', 'MEMORY_MB', 'CUSTOM_A'), fc.integer({ min: 1, max: 1e6 }));
    fc.assert(
      fc.property(amounts, amounts, (left, right) => {
        expect(mergeResources(mergeResources(left, right), right, -1)).toEqual({ ...left });
      }),
    );
  });
});
