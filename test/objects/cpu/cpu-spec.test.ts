import { describe, expect, test } from 'vitest';
import { parseCpuSpec } from '#objects/cpu/cpu-spec';

describe('a CPU list', () => {
  test('has ranges and exceptions', () => {
    expect(parseCpuSpec('8, 0-3,^1')).toEqual([0, 2, 3, 8]);
  });

  test.each(['3-1', 'x', '0-99999', '0-'])('%s is refused', (spec) => {
    expect(() => parseCpuSpec(spec)).toThrow('Invalid CPU');
  });
});
