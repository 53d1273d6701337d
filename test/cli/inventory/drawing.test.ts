import { describe, expect, it } from 'vitest';
import { drawMachine, statesOf, visitsOf, type StateEvent } from '#cli/inventory/drawing';

const DEFINITION = JSON.stringify({
  StartAt: 'Claim',
  States: {
    Claim: { Type: 'Task', Next: 'Build', Catch: [{ ErrorEquals: ['NoValidHost'], Next: 'Fail' }] },
    Build: { Type: 'Task', Next: 'Outcome', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Claim' }] },
    Outcome: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'Built' }], Default: 'Fail' },
    Built: { Type: 'Succeed' },
    Fail: { Type: 'Succeed' },
  },
});

const events = (
  ...history: readonly (readonly [type: string, at: number, state?: string | undefined, error?: string])[]
): StateEvent[] => history.map(([type, at, state, error], id) => ({ id, type, at, state, error }));

describe('drawMachine', () => {
  it('marks states that were passed, that failed and where a running execution stands', () => {
    const visits = visitsOf(
      events(
        ['TaskStateEntered', 0, 'Claim'],
        ['TaskStateExited', 100, 'Claim'],
        ['TaskStateEntered', 100, 'Build'],
        ['TaskFailed', 900, undefined, 'RescheduledException'],
        ['TaskStateExited', 900, 'Build'],
        ['TaskStateEntered', 900, 'Claim'],
        ['TaskStateExited', 950, 'Claim'],
        ['TaskStateEntered', 950, 'Build'],
      ),
      statesOf(DEFINITION),
    );

    const lines = drawMachine(DEFINITION, visits, 'RUNNING', 3000);

    expect(lines).toEqual([
      '  ✓ Claim ×2  → Build | Fail',
      '  ▶ Build ×2  (for 2.0 s)  → Outcome | Claim',
      '  · Outcome  → Built | Fail',
      '  · Built',
      '  · Fail',
    ]);
  });

  it('shows the error of the state in which an execution failed', () => {
    const visits = visitsOf(
      events(['TaskStateEntered', 0, 'Claim'], ['TaskFailed', 10, undefined, 'Broken'], ['ExecutionFailed', 10]),
      statesOf(DEFINITION),
    );

    const [claim] = drawMachine(DEFINITION, visits, 'FAILED', 20);

    expect(claim).toBe('  ▶ Claim  (FAILED here: Broken)  → Build | Fail');
  });

  it('leaves states inside a Map out', () => {
    const visits = visitsOf(events(['TaskStateEntered', 0, 'Inner'], ['TaskStateEntered', 1, 'Claim']), ['Claim']);

    expect(visits.map(({ state }) => state)).toEqual(['Claim']);
  });
});
