import { describe, expect, test } from 'vitest';
import { reconcile, type TransitionFacts } from '#conductor/reconcile';

const facts = (more: Partial<TransitionFacts> = {}): TransitionFacts => ({
  operation: 'launch',
  owner: 'e1',
  status: 'ABORTED',
  settled: undefined,
  documented: true,
  deleting: false,
  ...more,
});

describe('a server in transition', () => {
  test.each([
    ['whose execution runs is left', { status: 'RUNNING' }, 'leave'],
    ['that is being deleted is left', { deleting: true }, 'leave'],
    ['that is settled is left', { settled: 'active' }, 'leave'],
    ['that is settled while its execution runs is settled again', { settled: 'active', status: 'RUNNING' }, 'settle'],
    ['whose execution was stopped goes on', { status: 'ABORTED' }, 'relaunch'],
    ['whose execution is gone goes on', { status: undefined }, 'relaunch'],
    ['whose execution has failed waits to be redriven', { status: 'FAILED' }, 'report'],
    ['whose documents are gone is reported', { documented: false }, 'report'],
    ['of another operation is reported', { operation: 'unshelve' }, 'report'],
    ['that no operation owns is reported', { operation: undefined }, 'report'],
    ['that no operation owns is reported, whatever runs', { operation: undefined, status: 'RUNNING' }, 'report'],
    ['that no operation owns and that is being deleted is left', { operation: undefined, deleting: true }, 'leave'],
  ] as const)('%s', (_title, more, kind) => {
    expect(reconcile(facts(more)).kind).toBe(kind);
  });

  test.each([
    ['that nothing is at work on', { operation: undefined }, /no operation/u],
    ['whose execution has failed', { status: 'FAILED' }, /redriven/u],
    ['whose execution was stopped', { operation: 'unshelve' }, /runs no more/u],
    ['whose documents are gone', { documented: false }, /documents/u],
  ] as const)('%s is reported with its own reason', (_title, more, reason) => {
    expect(reconcile(facts(more))).toMatchObject({ kind: 'report', reason: expect.stringMatching(reason) });
  });
});
