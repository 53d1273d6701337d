import { describe, expect, it } from 'vitest';
import { forPrograms } from '#cli/audit/finding';

describe('a finding for programs', () => {
  it('has the former name of its rule beside the new one', () => {
    const renamed = forPrograms({ rule: 'orphaned-claim' });

    expect(renamed).toEqual({ rule: 'orphaned-claim', alias: 'claim-of-nobody' });
  });

  it('has no alias where its rule was never called otherwise', () => {
    const kept = forPrograms({ rule: 'claim-on-another-host' });

    expect(kept).toEqual({ rule: 'claim-on-another-host' });
  });
});
