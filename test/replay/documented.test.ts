import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Difference } from './compare.ts';
import { documentedRow } from './documented.ts';
import { KNOWN } from './documented-cases.ts';
import { Tally } from './tally.ts';

const AT = {
  test: 'nova.tests.functional.test_servers.ServersTest.test_create_multiple_servers',
  method: 'base.object_action.Instance.save',
};
const ROW = 'a save that is booked before it was answered';

/** What is known to differ there. */
const SAVE: Difference = {
  path: 'failure',
  recorded: null,
  ours: {
    class: 'UnexpectedTaskStateError',
    message: "Expected: {'task_state': ['block_device_mapping']}. Actual: {'task_state': 'spawning'}",
  },
};

describe('a case that differs', () => {
  it('is documented where its scenario, and all that differs in it, is', () => {
    expect(documentedRow(AT, [SAVE])).toBe(ROW);
  });

  it.each([
    ['of another scenario', { ...AT, test: 'nova.ServersTest.test_create_one' }, [SAVE]],
    ['of another method', { ...AT, method: 'base.object_action.Instance.refresh' }, [SAVE]],
    ['with another difference beside it', AT, [SAVE, { path: 'result', recorded: 1, ours: 2 }]],
    ['with another error of ours', AT, [{ ...SAVE, ours: { class: 'InstanceNotFound' } }]],
    ['with another recording', AT, [{ ...SAVE, recorded: { class: 'InstanceNotFound' } }]],
    ['without the documented difference', AT, []],
  ])('is not documented %s', (_title, at, differences) => {
    expect(documentedRow(at, differences)).toBeUndefined();
  });

  it('is counted under its row, and not among the differences', () => {
    const tally = new Tally();

    tally.replayed({ file: 'one', id: 'm1', ...AT }, [SAVE], ROW);

    expect(tally.totals).toEqual({ cases: 1, equal: 0, different: 0, documented: 1, unsupported: 0 });
    expect([tally.documented, tally.differences]).toEqual([{ [ROW]: 1 }, []]);
  });

  it.each([...new Set(KNOWN.map(({ row }) => row))])('has a row in docs/parity.md: %s', (row) => {
    const parity = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'parity.md'), 'utf8');

    expect(parity.split('\n').filter((line) => line.startsWith(`| ${row} `))).not.toEqual([]);
  });
});
