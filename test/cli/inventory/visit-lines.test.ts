import { describe, expect, it } from 'vitest';
import { visitLines } from '#cli/inventory/visit-lines';

const visits = (...states: readonly string[]) =>
  states.map((state, at) => ({ state, enteredAt: at * 1000, leftAt: (at + 1) * 1000, errors: [] }));

describe('visitLines', () => {
  it('prints a loop once, with how often it was walked', () => {
    const lines = visitLines(visits('Build', 'Check', 'Wait', 'Check', 'Wait', 'Check', 'Wait', 'Done'), 0);

    expect(lines).toEqual([
      '    +0.0 s  Build, 1.0 s',
      '    +1.0 s  Check, 1.0 s',
      '    +2.0 s  Wait, 1.0 s',
      '            … 2 times more, until +7.0 s',
      '    +7.0 s  Done, 1.0 s',
    ]);
  });

  it('prints two rounds as they are', () => {
    expect(visitLines(visits('Check', 'Wait', 'Check', 'Wait'), 0)).toHaveLength(4);
  });
});
