import { mergeResources } from '#placement/resources';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

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

  it.each(['constructor', '__proto__'])('adds amounts of a class by the name of %s like any other', (name) => {
    const amounts = Object.fromEntries([[name, 2]]);

    const merged = mergeResources(mergeResources({}, amounts), amounts);

    expect(Object.entries(merged)).toEqual([[name, 4]]);
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
