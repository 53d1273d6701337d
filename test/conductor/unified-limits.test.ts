import { assert, nat, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limitNames, overLimits, overLimitTexts, usageByLimit } from '#conductor/unified-limits';

const READING = { strategy: 'require', named: ['servers'], countsDedicated: false } as const;

describe('what a project uses by the names of its limits', () => {
  it('is its servers and every class that is asked for; a class without a reading is not used', () => {
    const usage = usageByLimit(['FPGA', 'VCPU'], { servers: 2, resources: { VCPU: 3, PCPU: 2 } }, READING);

    expect([...usage.keys()]).toEqual(limitNames(['FPGA', 'VCPU']));
    expect(Object.fromEntries(usage)).toEqual({ servers: 2, 'class:FPGA': 0, 'class:VCPU': 3 });
  });

  it.each([
    [['VCPU'], { 'class:VCPU': 5 }],
    [['PCPU', 'VCPU'], { 'class:PCPU': 2, 'class:VCPU': 3 }],
    [['DISK_GB'], { 'class:DISK_GB': 7 }],
  ])('has dedicated processors among VCPU where so configured and of %j none is PCPU', (classes, used) => {
    const counting = { ...READING, countsDedicated: true };

    const usage = usageByLimit(classes, { servers: 1, resources: { VCPU: 3, PCPU: 2, DISK_GB: 7 } }, counting);

    expect(Object.fromEntries(usage)).toEqual({ servers: 1, ...used });
  });
});

describe('a limit', () => {
  it.each([
    ['require', ['class:FPGA'], undefined, 1, true],
    ['require', ['servers'], undefined, 1, false],
    ['require', ['servers'], undefined, 99, false],
    ['ignore', ['class:FPGA'], undefined, 1, false],
    ['ignore', ['servers'], undefined, 1, true],
    ['require', ['class:FPGA'], -1, 99, false],
    ['require', ['class:FPGA'], 1, 1, false],
    ['ignore', ['class:FPGA'], 1, 2, true],
    ['require', ['class:FPGA'], undefined, 0, false],
  ] as const)('by %s of %j that is %j, of which %i are used, is passed: %j', (strategy, named, limit, used, over) => {
    const limits = new Map(limit === undefined ? [] : [['class:FPGA', limit]]);

    const found = overLimits(new Map([['class:FPGA', used]]), limits, { strategy, named });

    expect(found.length === 1).toBe(over);
  });

  it('is described in the words of oslo.limit when it is passed', () => {
    const over = [{ resource: 'class:FPGA', limit: 1, usage: 2, delta: 0 }];

    expect(overLimitTexts(over)).toEqual(['Resource class:FPGA is over limit of 1 due to current usage 2 and delta 0']);
  });

  it('is never passed by a usage within it, and always by one beyond it', () => {
    assert(
      property(nat(1000), nat(1000), (limit, used) => {
        const found = overLimits(new Map([['servers', used]]), new Map([['servers', limit]]), READING);

        expect(found).toEqual(used > limit ? [{ resource: 'servers', limit, usage: used, delta: 0 }] : []);
      }),
    );
  });
});
